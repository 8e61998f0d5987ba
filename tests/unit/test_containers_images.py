"""Image references and the repositories behind them."""

import pytest

from components.containers import ImageReference, InvalidImageError

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("rails", ("docker.io", "rails", None, None)),
        ("rails:8", ("docker.io", "rails", "8", None)),
        ("library/rails", ("docker.io", "library/rails", None, None)),
        ("localhost/web", ("localhost", "web", None, None)),
        ("localhost:5000/team/web:1.2", ("localhost:5000", "team/web", "1.2", None)),
        ("public.ecr.aws/nginx/nginx:1.30.5", ("public.ecr.aws", "nginx/nginx", "1.30.5", None)),
        (f"ghcr.io/a/b@{DIGEST}", ("ghcr.io", "a/b", None, DIGEST)),
        (f"ghcr.io/a/b:v1@{DIGEST}", ("ghcr.io", "a/b", "v1", DIGEST)),
    ],
)
def test_a_reference_is_read_as_docker_reads_it(reference: str, parts: tuple[str | None, ...]):
    image = ImageReference.parse(reference)
    assert (image.registry, image.repository, image.tag, image.digest) == parts


@pytest.mark.parametrize(
    "reference",
    [
        "",
        ":1",
        "Web",
        "web:",
        "web:a b",
        "web@sha256:12",
        "a//b",
        "ghcr.io/",
        "https://ghcr.io/a",
        "web:1:2",
        "web@",
    ],
)
def test_what_no_registry_understands_is_one_clear_error(reference: str):
    with pytest.raises(InvalidImageError, match="write it as registry/repository:tag") as error:
        ImageReference.parse(reference)
    assert repr(reference) in str(error.value)


@pytest.mark.parametrize(
    ("registry", "partition_and_region"),
    [
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "aws:ecr:us-east-1"),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "aws-us-gov:ecr:us-gov-west-1"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "aws-cn:ecr:cn-north-1"),
        ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "aws-eusc:ecr:eusc-de-east-1"),
        ("123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "aws-iso-b:ecr:us-isob-east-1"),
        ("123456789012.dkr-ecr.eu-west-1.on.aws", "aws:ecr:eu-west-1"),
    ],
)
def test_a_private_ecr_image_has_a_repository_to_pull_from(registry: str, partition_and_region: str):
    repository = ImageReference.parse(f"{registry}/team/web:1").ecr_repository
    assert repository is not None
    assert repository.arn == f"arn:{partition_and_region}:123456789012:repository/team/web"


@pytest.mark.parametrize(
    "reference",
    [
        "public.ecr.aws/datadog/agent:7",
        "rails",
        "12345.dkr.ecr.us-east-1.amazonaws.com/web",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example/web",
        "evil.example/123456789012.dkr.ecr.us-east-1.amazonaws.com/web",
    ],
)
def test_any_other_registry_has_none(reference: str):
    assert ImageReference.parse(reference).ecr_repository is None
