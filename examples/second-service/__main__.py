"""The web application with two services beside it: a worker of the same image, and an API under /api/*."""

import sys
from pathlib import Path

import pulumi

# A project elsewhere has this repository among its dependencies instead.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from components.app_task import app_task
from components.certificate import Domain
from components.cluster import Cluster, ClusterArgs
from components.containers import App, LogGroups, RailsSettings, Task, web_task
from components.context import Context
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.lookups import available_zones, pinned_image, public_zone_id
from components.name_tags import tag_with_names
from components.network import Network, NetworkArgs
from components.routing import Route
from components.scaling import ScalingRange
from components.service import FargateService, FargateServiceArgs

config = pulumi.Config()
domain = config.require_object("domain")
lasting = config.get_bool("lasting", default=True)
image = pinned_image(config.require("image"))
context = Context.current(pulumi.get_project(), pulumi.get_stack())
tag_with_names(context)

network = Network("main", NetworkArgs(context=context, zones=available_zones(2), protect=lasting))
load_balancer = LoadBalancer(
    "main",
    LoadBalancerArgs(
        context=context,
        network=network,
        domain=Domain(name=domain["name"], zone_id=public_zone_id(domain["zone"])),
        firewall=True,
        deletion_protection=lasting,
        empty_access_logs_on_delete=not lasting,
        protect=lasting,
    ),
)
cluster = Cluster("main", ClusterArgs(context=context, protect=lasting))


def service(
    name: str, task: Task, route: Route | None = None, scaling: ScalingRange | None = None
) -> FargateService:
    """A service of the shop, behind the load balancer if it has a route."""
    return FargateService(
        name,
        FargateServiceArgs(
            context=context,
            network=network,
            cluster=cluster,
            task=task,
            load_balancer=load_balancer if route else None,
            route=route,
            scaling=scaling or ScalingRange(),
            protect=lasting,
        ),
    )


# rails behind nginx, with FireLens: what no other service takes.
web = service(
    "web",
    web_task(
        family=context.name("web"),
        rails=RailsSettings(image=image),
        log_groups=LogGroups.of(context.name("web"), context.region),
        load_balancer_cidr="10.0.0.0/16",
    ),
    Route(),
)
worker = service(
    "worker",
    app_task(context, "worker", App(image=image, command=("bin/jobs",))),
    scaling=ScalingRange(minimum=1, maximum=4),
)
api = service(
    "api",
    app_task(context, "api", App(image=image, command=("bin/api",), port=4000)),
    Route(paths=("/api/*",)),
)

pulumi.export("url", load_balancer.url)
pulumi.export("services", {it: found.name for it, found in (("web", web), ("worker", worker), ("api", api))})
