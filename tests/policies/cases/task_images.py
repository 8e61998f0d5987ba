"""Which build of an image runs, and from where."""

from tests.policies.cases.case import UNKNOWN
from tests.policies.stacks import ACCOUNT
from tests.policies.tasks import at, container, not_json, of, task

OWN = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web"
PUBLIC = "public.ecr.aws/nginx/nginx"
DIGEST = "@sha256:" + "0" * 64


def images(*references):
    return task(*(container(f"c{index}", image=it) for index, it in enumerate(references)))


def places(count):
    return tuple(at("image", f"c{index}") for index in range(count))


MOVING_IMAGE = (
    of(
        "task.moving-image",
        "takes a digest, whatever the tag",
        images(OWN + DIGEST, f"{PUBLIC}:latest{DIGEST}"),
    ),
    of(
        "task.moving-image",
        "takes full versions, commits and days",
        images(
            f"{PUBLIC}:1.30.5-alpine-slim",
            f"{PUBLIC}:v2.0.1",
            f"{PUBLIC}:4f2d9c0b",
            f"{PUBLIC}:main-4f2d9c0b8a7e6d5c4b3a29180f7e6d5c4b3a2918",
            f"{PUBLIC}:20261127",
            f"{PUBLIC}:2026-11-27",
        ),
    ),
    of(
        "task.moving-image",
        "takes a build's number in a private repository",
        images(f"{OWN}:42", f"{OWN}:v42", f"{OWN}:build-42", f"{OWN}:release_7"),
    ),
    of(
        "task.moving-image",
        "finds latest, and no tag at all",
        images(PUBLIC, OWN, f"{OWN}:latest"),
        finds=places(3),
        told=("has neither tag nor digest", "the tag latest moves to the next"),
    ),
    of(
        "task.moving-image",
        "finds versions that are cut short, and names of channels",
        images(
            f"{PUBLIC}:1.30",
            f"{PUBLIC}:1",
            f"{PUBLIC}:22-alpine",
            f"{PUBLIC}:stable",
            f"{PUBLIC}:alpine3.19",
            f"{OWN}:1.4",
            f"{OWN}:prod",
            f"{OWN}:deadbeef",
            f"{OWN}:facade",
        ),
        finds=places(9),
    ),
    of("task.moving-image", "doesn't pass over an unknown", images(UNKNOWN), unsure=places(1)),
    of(
        "task.moving-image",
        "doesn't pass over what no registry understands",
        images("no image", 7, f"{OWN}@sha256:12"),
        task(container(), name="none"),
        unsure=(*places(3), at("image", "web", "none")),
        malformed=True,
        told=("'no image' isn't a repository's name",),
    ),
    not_json("task.moving-image"),
)

FOREIGN_IMAGE = (
    of("task.foreign-image", "takes private and public ECR", images(OWN, PUBLIC)),
    of(
        "task.foreign-image",
        "takes the registries that the pack's config allows",
        images("nginx:1.29.3", "library/nginx", "quay.io/team/web:1.0.0", "eu.registry.example/web"),
        options={"allowed_registries": ["docker.io", "quay.io", "*.registry.example"]},
    ),
    of(
        "task.foreign-image",
        "finds Docker Hub, which an image without a host is from",
        images("nginx:1.29.3", "datadog/agent:7.77.2", "docker.io/library/nginx"),
        finds=places(3),
        told=("docker.io/datadog/agent:7.77.2 is from docker.io", "public.ecr.aws"),
    ),
    of(
        "task.foreign-image",
        "finds hosts that only look like allowed ones",
        images(
            f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com.evil.example/web",
            "evil.example/public.ecr.aws/web",
            "web.dkr.ecr.evil.example.amazonaws.com/web",
        ),
        finds=places(3),
    ),
    of(
        "task.foreign-image",
        "finds every image where nothing is allowed",
        images(OWN),
        finds=places(1),
        options={"allowed_registries": []},
        told=("allowed are none",),
    ),
    of("task.foreign-image", "doesn't pass over an unknown", images(UNKNOWN), unsure=places(1)),
    of(
        "task.foreign-image",
        "doesn't pass over what no registry understands",
        images("https://quay.io/web"),
        unsure=places(1),
        malformed=True,
    ),
    not_json("task.foreign-image"),
)

CASES = (*MOVING_IMAGE, *FOREIGN_IMAGE)
