"""What the containers have in common: the sidecars' images and where nginx answers."""

# Images are pinned by their full version; a digest is a setting of the stack. 3.x: Amazon Linux 2023. The
# 2.x line, on Amazon Linux 2, got its last updates in June 2026.
LOG_ROUTER_IMAGE = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.17"
NGINX_IMAGE = "public.ecr.aws/nginx/nginx-unprivileged:1.30.5-alpine-slim"
DATADOG_IMAGE = "public.ecr.aws/datadog/agent:7.77.2"

NGINX_PORT = 8080
# nginx answers this one by itself, whatever rails does.
LIVENESS_PATH = "/healthz"
