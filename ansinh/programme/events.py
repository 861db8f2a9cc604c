"""What the programme leaves in the audit chain."""

from ansinh.core.audit import declare

PLAN_LOADED = declare("programme.plan_loaded", "Nạp một kế hoạch")
PRODUCT_RECORDED = declare("programme.product_recorded", "Ghi nhận văn bản là sản phẩm của một nhiệm vụ")
PRODUCT_WITHDRAWN = declare("programme.product_withdrawn", "Rút lại một sản phẩm ghi nhận nhầm")
