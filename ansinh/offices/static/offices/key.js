// Shows what only works with JavaScript, and says in Vietnamese why a security key did not answer.
document.querySelectorAll("[data-needs-key]").forEach((part) => {
  part.hidden = !window.PublicKeyCredential;
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const cancelled = event.detail.exception && event.detail.exception.name === "NotAllowedError";
  const note = document.getElementById("key-problem");
  note.textContent = cancelled
    ? "Chưa nhận được trả lời từ khoá bảo mật: yêu cầu đã bị huỷ hoặc quá thời gian chờ. Hãy thử lại."
    : "Thiết bị hoặc trình duyệt này chưa dùng được khoá bảo mật ở đây. Hãy dùng cách đăng nhập khác.";
  note.hidden = false;
});
