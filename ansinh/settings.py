"""One settings file; what differs between installations comes from the environment through ``core.config``."""

from pathlib import Path

import dj_database_url

from ansinh.core import config

BASE = Path(__file__).resolve().parent
VAR = Path(
    config.text("ANSINH_VAR", "var", "Thư mục cho dữ liệu của bản cài đặt này: cơ sở dữ liệu SQLite, khoá, tệp.")
).resolve()

SECRET_KEY = config.secret(
    "SECRET_KEY", VAR / "secret_key", "Khoá ký phiên làm việc. Bỏ trống thì tự tạo và giữ trong ANSINH_VAR."
)
AUDIT_KEY = config.secret(
    "AUDIT_KEY",
    VAR / "audit_key",
    "Khoá niêm phong nhật ký, không lưu trong cơ sở dữ liệu và không đổi. Bỏ trống thì tự tạo và giữ trong ANSINH_VAR.",
)
EXTRACT_KEY = config.secret(
    "EXTRACT_KEY",
    VAR / "extract_key",
    "Khoá niêm phong các bản trích dân cư, không lưu trong cơ sở dữ liệu. Bỏ trống thì tự tạo và giữ trong ANSINH_VAR.",
)
DEBUG = config.flag("DEBUG", "no", "Hiện chi tiết lỗi cho người phát triển. Không bật khi vận hành.")
ALLOWED_HOSTS = config.text(
    "ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", "Các tên miền phục vụ, cách nhau bằng dấu phẩy."
).split(",")
HTTPS = config.flag("HTTPS", "no", "Bật khi phục vụ sau HTTPS: cookie an toàn, HSTS, chuyển hướng.")
TRUSTED_PROXY = config.text(
    "TRUSTED_PROXY",
    "",
    "Địa chỉ của máy chủ HTTPS đứng trước; chỉ tin X-Forwarded-For và X-Forwarded-Proto từ địa chỉ này.",
)
CLOCK_FILE = config.text(
    "CLOCK_FILE", "", "Tệp chứa số giây lệch của đồng hồ, chỉ cho dữ liệu thử và tập huấn. Bỏ trống khi vận hành."
)
IDENTITY_AGENCY = config.text(
    "IDENTITY_AGENCY",
    "",
    "Lớp Python nói chuyện với cơ quan quản lý căn cước qua trục kết nối. Bỏ trống thì in công văn.",
)
DEMO_CITIZENS = config.text("DEMO_CITIZENS", "210000", "Số công dân trong bản trích dân cư của bản thử.")
DEMO_INSURED = config.text("DEMO_INSURED", "185000", "Số người trong sổ bảo hiểm của bản thử.")

INSTALLED_APPS = [
    "ansinh.core",
    "ansinh.offices",
    "ansinh.registry",
    "ansinh.identity",
    "ansinh.documents",
    "ansinh.procedures",
    "ansinh.benefits",
    "ansinh.payments",
    "ansinh.workforce",
    "ansinh.operations",
    "ansinh.exchange",
    "ansinh.programme",
    "ansinh.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ansinh.offices.middleware.ActorMiddleware",
    "ansinh.core.middleware.PageMiddleware",
]

ROOT_URLCONF = "ansinh.urls"
WSGI_APPLICATION = "ansinh.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ansinh.core.middleware.context",
            ],
            "builtins": ["ansinh.core.templatetags.vietnamese"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        config.text(
            "DATABASE_URL",
            f"sqlite:///{VAR / 'ansinh.sqlite3'}",
            "Cơ sở dữ liệu: sqlite:///đường-dẫn hoặc postgres://tài-khoản@máy/tên.",
        ),
        conn_max_age=60,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction takes the write lock when it begins, so two acts queue instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
        ),
    }
    VAR.mkdir(parents=True, exist_ok=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["ansinh.core.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

AUTH_USER_MODEL = "offices.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "ansinh.offices.accounts.PasswordLength", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "ansinh.offices.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
ACCOUNT_SESSION_REMEMBER = (
    False  # office computers are shared: a session ends with the browser, at latest after 8 hours
)
ACCOUNT_FORMS = {
    "login": "ansinh.offices.forms.SignInForm",
    "reauthenticate": "ansinh.offices.forms.ConfirmPasswordForm",
    "change_password": "ansinh.offices.forms.OwnPasswordForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "ansinh.offices.accounts.MfaAdapter"
MFA_TOTP_ISSUER = "An Sinh"
MFA_TOTP_TOLERANCE = 1  # RFC 6238, section 5.2: one step of 30 seconds for telephones whose clock is off
MFA_FORMS = {
    "authenticate": "ansinh.offices.forms.CodeForm",
    "reauthenticate": "ansinh.offices.forms.ConfirmCodeForm",
    "activate_totp": "ansinh.offices.forms.AppForm",
    "add_webauthn": "ansinh.offices.forms.KeyForm",
    "edit_webauthn": "ansinh.offices.forms.KeyNameForm",
}
REQUIRE_MFA = config.flag(
    "REQUIRE_MFA", "no", "Bắt buộc xác thực hai lớp với người có vai trò sửa dữ liệu. Nên bật khi vận hành."
)
VNEID_CLIENT_ID = config.text(
    "VNEID_CLIENT_ID", "", "Mã ứng dụng được cấp khi kết nối VNeID. Bỏ trống thì không có đăng nhập VNeID."
)
VNEID_SECRET = config.text("VNEID_SECRET", "", "Khoá bí mật của ứng dụng, được cấp cùng VNEID_CLIENT_ID.")
VNEID_ISSUER = config.text("VNEID_ISSUER", "", "Địa chỉ máy chủ OpenID Connect của VNeID.")
VNEID = {
    "provider_id": "vneid",
    "name": "VNeID",
    "client_id": VNEID_CLIENT_ID,
    "secret": VNEID_SECRET,
    "settings": {"server_url": VNEID_ISSUER},
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": [VNEID] if VNEID_CLIENT_ID else [], "SCOPE": ["openid"], "OAUTH_PKCE_ENABLED": True}
}
SOCIALACCOUNT_ADAPTER = "ansinh.offices.accounts.VneidAdapter"
# A form would be stopped by form-action 'self' at the first redirect to VNeID; the state parameter guards the way back.
SOCIALACCOUNT_LOGIN_ON_GET = True

POPULATION_SERVICE = config.text(
    "POPULATION_SERVICE",
    "ansinh.exchange.population.Ndxp",
    "Lớp Python trả lời cổng PopulationService: cách nói chuyện với dịch vụ xác thực của CSDLQG về dân cư.",
)
POPULATION_URL = config.text(
    "POPULATION_URL", "", "Địa chỉ dịch vụ xác thực của CSDLQG về dân cư. Bỏ trống thì chỉ xác minh bằng bản trích."
)
POPULATION_RATE = config.text(
    "POPULATION_RATE", "10", "Số yêu cầu mỗi giây mà thỏa thuận với Bộ Công an cho phép, cộng mọi tiến trình."
)

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "ansinh.core.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
