"""Reports: another team's service under /reports/* of the web application, by what that stack exports."""

import sys
from pathlib import Path

import pulumi
from web_application_outputs import WebApplication

# A project elsewhere has this repository among its dependencies instead.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from components.app_task import app_task
from components.containers import App
from components.context import Context
from components.lookups import pinned_image
from components.name_tags import tag_with_names
from components.routing import Route
from components.scaling import ScalingRange
from components.service import FargateService, FargateServiceArgs
from components.shared import SharedCluster, SharedLoadBalancer, SharedNetwork

config = pulumi.Config()
hosts: list[str] = config.get_object("hosts", [])
image = pinned_image(config.require("image"))
context = Context.current(pulumi.get_project(), pulumi.get_stack())
tag_with_names(context)

# The stack of the same name: reports' dev is behind the web application's dev.
web = WebApplication(f"{pulumi.get_organization()}/web-application/{pulumi.get_stack()}")

service = FargateService(
    "reports",
    FargateServiceArgs(
        context=context,
        network=SharedNetwork(vpc_id=web.vpc_id, private_subnet_ids=web.private_subnet_ids),
        cluster=SharedCluster(name=web.cluster_name, arn=web.cluster_arn),
        load_balancer=SharedLoadBalancer(
            arn=web.load_balancer_arn,
            listener_arn=web.listener_arn,
            security_group_id=web.load_balancer_security_group_id,
        ),
        route=Route(hosts=tuple(hosts), paths=("/reports/*",)),
        task=app_task(context, "reports", App(image=image, port=4000)),
        scaling=ScalingRange(minimum=2, maximum=4),
        protect=config.get_bool("lasting", default=True),
    ),
)

pulumi.export("url", pulumi.Output.concat(web.url, "/reports/"))
pulumi.export("service", service.name)
