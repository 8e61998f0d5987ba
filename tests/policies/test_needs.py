"""What the ECS agent has to reach to start a task."""

import json
from collections.abc import Generator
from typing import Any

import pytest
from ecs_policies.model import UNKNOWN, Problem, Resource
from ecs_policies.reading.images import repository
from ecs_policies.reading.needs import Read, reads, repositories

from tests.policies.stacks import ACCOUNT, REPOSITORY, TASK, resource

SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:db-AbCdEf"
PARAMETER = f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/web/key"


def task(containers: Any, **properties: Any) -> Resource:
    return resource(TASK, "task", {"containerDefinitions": json.dumps(containers), **properties})


def finished(reading: Generator[Problem, None, Any]) -> tuple[Any, list[tuple[str, str]]]:
    problems: list[tuple[str, str]] = []
    while True:
        try:
            it = next(reading)
        except StopIteration as end:
            return end.value, problems
        problems.append((it.path, it.message))


@pytest.mark.parametrize(
    ("image", "arn"),
    [
        (f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web", REPOSITORY),
        (f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web:1.2", REPOSITORY),
        (f"{ACCOUNT}.dkr-ecr.us-east-1.on.aws/web:1.2", REPOSITORY),
        (
            f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com/team/web@sha256:0",
            REPOSITORY.replace("web", "team/web"),
        ),
        (
            f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/web",
            f"arn:aws-cn:ecr:cn-north-1:{ACCOUNT}:repository/web",
        ),
        (
            f"{ACCOUNT}.dkr.ecr.us-gov-west-1.amazonaws.com/web",
            f"arn:aws-us-gov:ecr:us-gov-west-1:{ACCOUNT}:repository/web",
        ),
        ("public.ecr.aws/nginx/nginx:1", None),
        ("nginx", None),
        ("", None),
    ],
)
def test_the_repository_of_an_image(image, arn):
    assert repository(image) == arn


def test_the_repositories_of_tasks_are_those_of_all_their_images_or_none_if_one_can_not_be_read():
    ecr = {"name": "web", "image": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web"}
    assert finished(repositories([task([ecr]), task([{"name": "n", "image": "nginx"}])])) == (
        {REPOSITORY},
        [],
    )
    assert finished(repositories([task([ecr, {"name": "n"}])])) == (
        None,
        [("containerDefinitions[n].image", "it isn't known, or isn't text")],
    )


@pytest.mark.parametrize(
    ("container", "path", "arn"),
    [
        ({"secrets": [{"name": "DB", "valueFrom": SECRET}]}, "secrets[DB]", SECRET),
        ({"Secrets": [{"Name": "DB", "ValueFrom": f"{SECRET}:password::"}]}, "secrets[DB]", SECRET),
        ({"secrets": [{"name": "K", "valueFrom": PARAMETER}]}, "secrets[K]", PARAMETER),
        (
            {"secrets": [{"name": "K", "valueFrom": "/web/key"}]},
            "secrets[K]",
            "arn:*:ssm:*:*:parameter/web/key",
        ),
        ({"secrets": [{"name": "K", "valueFrom": "key"}]}, "secrets[K]", "arn:*:ssm:*:*:parameter/key"),
        (
            {
                "logConfiguration": {
                    "logDriver": "x",
                    "secretOptions": [{"name": "apikey", "valueFrom": SECRET}],
                }
            },
            "logConfiguration.secretOptions[apikey]",
            SECRET,
        ),
        ({"repositoryCredentials": {"credentialsParameter": SECRET}}, "repositoryCredentials", SECRET),
        (
            {"environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::settings/web.env"}]},
            "environmentFiles[0]",
            "arn:aws:s3:::settings/web.env",
        ),
        (
            {"credentialSpecs": ["credentialspecdomainless:arn:aws:s3:::settings/spec.json"]},
            "credentialSpecs[0]",
            "arn:aws:s3:::settings/spec.json",
        ),
        (
            {
                "firelensConfiguration": {
                    "type": "fluentbit",
                    "options": {
                        "config-file-type": "s3",
                        "config-file-value": "arn:aws:s3:::settings/x.conf",
                    },
                }
            },
            "firelensConfiguration.options[config-file-value]",
            "arn:aws:s3:::settings/x.conf",
        ),
    ],
)
def test_each_place_of_a_container_that_names_something_to_read_is_found(container, path, arn):
    definition = task([{"name": "rails", **container}])
    read = Read(definition=definition, path=f"containerDefinitions[rails].{path}", arn=arn)
    assert finished(reads([definition])) == ((read,), [])


def test_a_file_in_the_routers_own_image_is_nothing_to_read():
    options = {"config-file-type": "file", "config-file-value": "/extra.conf"}
    assert finished(reads([task([{"name": "r", "firelensConfiguration": {"options": options}}])])) == ((), [])


def test_the_credentials_of_a_windows_share_are_found():
    share = {
        "fsxWindowsFileServerVolumeConfiguration": {"authorizationConfig": {"credentialsParameter": SECRET}}
    }
    definition = task([{"name": "x"}], volumes=[{"name": "local"}, {"name": "share", **share}])
    found, problems = finished(reads([definition]))
    assert [(it.path, it.arn) for it in found] == [
        ("volumes[share].fsxWindowsFileServerVolumeConfiguration.authorizationConfig", SECRET)
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("container", "path"),
    [
        ({"secrets": [{"name": "DB"}]}, "secrets[DB]"),
        ({"secrets": [{"name": "DB", "valueFrom": ""}]}, "secrets[DB]"),
        ({"secrets": [{"name": "DB", "valueFrom": 7}]}, "secrets[DB]"),
        ({"secrets": [{"name": "DB", "valueFrom": "arn:aws:iam::1:role/x"}]}, "secrets[DB]"),
        ({"secrets": ["DB"]}, "secrets[0]"),
        ({"repositoryCredentials": "x"}, "repositoryCredentials"),
        ({"environmentFiles": [{"type": "s3"}]}, "environmentFiles[0]"),
        ({"credentialSpecs": [{}]}, "credentialSpecs[0]"),
    ],
)
def test_what_names_nothing_that_can_be_read_is_told(container, path):
    found, problems = finished(reads([task([{"name": "rails", **container}])]))
    assert found is None
    assert problems == [
        (f"containerDefinitions[rails].{path}", "it names no secret, parameter or file in S3")
    ]


def test_what_is_not_known_is_told():
    unknown = [{"name": "rails", "secrets": [{"name": "DB", "valueFrom": UNKNOWN}]}]
    definition = resource(TASK, "task", {"containerDefinitions": unknown, "volumes": UNKNOWN})
    found, problems = finished(reads([definition]))
    assert found is None
    assert problems == [("containerDefinitions[rails].secrets[DB]", "it isn't known before deployment")]


@pytest.mark.parametrize(
    ("arn", "pattern", "is_all"),
    [
        (SECRET, SECRET, True),
        (SECRET, SECRET[:-6] + "??????", True),
        (SECRET[:-7], SECRET[:-6] + "??????", True),
        (SECRET[:-7], SECRET, True),
        (SECRET, SECRET[:-6] + "*", False),
        (SECRET, "*", False),
        (SECRET, SECRET.replace("db", "queue"), False),
        (SECRET, SECRET.replace("us-east-1", "*"), False),
        (PARAMETER, PARAMETER, True),
        (PARAMETER, f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/web/*", False),
        (PARAMETER, PARAMETER + "-2", False),
        ("arn:*:ssm:*:*:parameter/web/key", PARAMETER, True),
        ("arn:aws:s3:::settings/web.env", "arn:aws:s3:::settings/*", False),
    ],
)
def test_a_pattern_that_stands_for_one_thing_is_told_from_a_wider_one(arn, pattern, is_all):
    assert Read(definition=task([]), path="x", arn=arn).is_all_of(pattern) == is_all


def test_a_secret_may_be_named_with_or_without_the_characters_that_end_its_arn():
    for named in (SECRET, SECRET[:-7]):
        assert Read(definition=task([]), path="x", arn=named).reach == (named, f"{named}-??????")
    assert Read(definition=task([]), path="x", arn=PARAMETER).reach == (PARAMETER,)
