"""What moto lacks, by service: each patch says in a line what AWS does.

A module is imported, and so applied, once: at the first request to its service.
"""

import importlib

# moto's service by whose name a request is dispatched, and the module that patches it. The two generations
# of load balancers share a host, so moto dispatches both by the elder's name.
PATCHED: dict[str, str] = {
    "acm": "acm",
    "applicationautoscaling": "autoscaling",
    "cloudwatch": "cloudwatch",
    "ec2": "ec2",
    "ecr": "ecr",
    "ecs": "ecs",
    "efs": "efs",
    "elb": "elbv2",
    "elbv2": "elbv2",
    "iam": "iam",
    "kms": "kms",
    "logs": "logs",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "wafv2": "wafv2",
}


def apply(service: str) -> None:
    """Applies the patches of moto's service of that name, if there are any."""
    if service in PATCHED:
        importlib.import_module(f"emulator.aws.patches.{PATCHED[service]}")
