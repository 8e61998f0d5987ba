"""The settings of the network, the load balancer and the domain."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from settings.base import Retention, Section


class Network(Section):
    cidr: str = Field(default="10.0.0.0/16", description="addresses of the VPC; fixed once it stands")
    zones: int = Field(default=2, description="availability zones used", ge=2, le=6)
    nat: Literal["one", "zone", "none"] = Field(
        default="one", description="NAT gateways: one, one in each zone, or none (VPC endpoints instead)"
    )
    flow_log_retention_days: Retention = Field(default=30, description="days that flow logs are kept")


class LoadBalancer(Section):
    deletion_protection: bool = Field(
        default=True, description="the load balancer can't be deleted until this is false"
    )
    idle_timeout: int = Field(
        default=60,
        description="seconds that an idle connection stays open, and that rails may take for an answer",
        ge=1,
        le=4000,
    )
    access_log_retention_days: int = Field(default=90, description="days that access logs are kept", ge=1)
    empty_access_logs_on_delete: bool = Field(
        default=False, description="let `destroy` empty the access logs' bucket; if false a full one stays"
    )
    firewall: bool = Field(default=False, description="put a WAF with AWS's managed rules in front")


class Domain(Section):
    name: str = Field(
        description="host name that the application answers to", pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$"
    )
    zone: str = Field(description="Route 53 hosted zone that the records go into")
    certificate_arn: str | None = Field(
        default=None,
        description="certificate to use; without it one is requested and validated",
        pattern=r"^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate/",
    )

    @model_validator(mode="after")
    def _name_is_in_zone(self) -> Self:
        if self.name != self.zone and not self.name.endswith(f".{self.zone}"):
            raise ValueError(
                f"name: {self.name!r} isn't in zone {self.zone!r}; use {self.zone} or a name below it"
            )
        return self
