"""What `WebService` takes: the settings, typed for Pulumi's component host. Made by docs/generate.py.

The host reads a description as it stands, below its key, and knows enumerations but no Literal.
"""

# ruff: noqa: E501 (the host would take a description's line breaks into the schema)

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NotRequired, TypedDict

from pulumi import Input


class DatadogSite(StrEnum):
    DATADOGHQ_COM = "datadoghq.com"
    DATADOGHQ_EU = "datadoghq.eu"
    US3_DATADOGHQ_COM = "us3.datadoghq.com"
    US5_DATADOGHQ_COM = "us5.datadoghq.com"
    AP1_DATADOGHQ_COM = "ap1.datadoghq.com"
    AP2_DATADOGHQ_COM = "ap2.datadoghq.com"
    DDOG_GOV_COM = "ddog-gov.com"


class Datadog(TypedDict):
    site: Input[DatadogSite]
    """Datadog site that receives metrics, traces and logs"""
    api_key_secret: Input[str]
    """name of the secret that holds Datadog's API key"""
    image: NotRequired[Input[str]]
    """the agent's image, instead of the pinned one"""


class Domain(TypedDict):
    name: Input[str]
    """host name that the application answers to"""
    zone: Input[str]
    """Route 53 hosted zone that the records go into"""
    certificate_arn: NotRequired[Input[str]]
    """certificate to use; without it one is requested and validated"""


class TaskArchitecture(StrEnum):
    ARM64 = "ARM64"
    X86_64 = "X86_64"


class Task(TypedDict):
    cpu: NotRequired[Input[int]]
    """CPU units of a task (1024 is one vCPU); by default `1024`"""
    memory: NotRequired[Input[int]]
    """memory of a task, MiB; Fargate allows certain pairs with cpu only; by default `2048`"""
    architecture: NotRequired[Input[TaskArchitecture]]
    """processor architecture of the images; by default `ARM64`"""
    ephemeral_storage: NotRequired[Input[int]]
    """disk of a task, GiB: its images, and `volumes` without `efs`; by default `21`"""


class Rails(TypedDict):
    cpu: NotRequired[Input[int]]
    """CPU units reserved for rails; by default `640`"""
    memory: NotRequired[Input[int]]
    """memory reserved for rails, MiB; by default `1280`"""
    port: NotRequired[Input[int]]
    """port that rails listens on, on localhost only; by default `3000`"""
    workdir: NotRequired[Input[str]]
    """the image's working directory; its tmp is writable; by default `/rails`"""
    user: NotRequired[Input[int]]
    """the image's numeric user, which its tmp belongs to; by default `1000`"""
    health_path: NotRequired[Input[str]]
    """path that answers 200 when rails can serve; by default `/up`"""
    health_host: NotRequired[Input[str]]
    """Host header of health checks (HostAuthorization); by default `localhost`"""
    health_command: NotRequired[Input[str]]
    """shell command that succeeds when rails can serve, for an image without curl"""
    start_period: NotRequired[Input[int]]
    """seconds in which a failing health check of rails doesn't count; by default `60`"""
    stop_timeout: NotRequired[Input[int]]
    """seconds between SIGTERM and SIGKILL; by default `60`"""
    read_only_root: NotRequired[Input[bool]]
    """rails can't write outside its tmp and `volumes`; the policies refuse false; by default `true`"""
    release_command: NotRequired[Input[Sequence[Input[str]]]]
    """words of a command that has to end well before a new revision serves; empty: none"""
    release_timeout: NotRequired[Input[int]]
    """seconds that the release command may take; by default `900`"""
    environment: NotRequired[Input[Mapping[str, Input[str]]]]
    """environment variables, none of them secret"""
    secrets: NotRequired[Input[Mapping[str, Input[str]]]]
    """environment variables read from Secrets Manager: variable to `name` or `name#key`"""


class Efs(TypedDict):
    file_system: Input[str]
    """id of the file system"""
    access_point: Input[str]
    """id of the access point: its user is the files' owner, its folder the root"""
    security_group: Input[str]
    """id of the mount targets' group, which lets `task_security_group_id` in on port 2049"""


class Volume(TypedDict):
    path: Input[str]
    """where rails finds it"""
    read_only: NotRequired[Input[bool]]
    """rails may only read it; by default `false`"""
    efs: NotRequired[Input[Efs]]
    """file system that holds it; unset: the task's disk, empty at first"""


class Nginx(TypedDict):
    image: NotRequired[Input[str]]
    """nginx's image, instead of the pinned one"""
    max_body_mib: NotRequired[Input[int]]
    """largest request body, MiB; by default `10`"""
    stop_timeout: NotRequired[Input[int]]
    """seconds that nginx may drain; by default `30`"""


class LogRouter(TypedDict):
    image: NotRequired[Input[str]]
    """Fluent Bit's image, instead of the pinned one"""


class Service(TypedDict):
    desired_count: NotRequired[Input[int]]
    """tasks at first, `scaling.minimum` if unset; afterwards auto-scaling owns the number"""
    minimum_healthy_percent: NotRequired[Input[int]]
    """share of the desired tasks that stay healthy in a deployment; by default `100`"""
    maximum_percent: NotRequired[Input[int]]
    """share of the desired tasks that may run in a deployment; by default `200`"""
    health_check_grace: NotRequired[Input[int]]
    """seconds before health checks count; unset: what the containers' start periods need"""
    keep_revisions: NotRequired[Input[int]]
    """task-definition revisions kept for a rollback; unset keeps all"""
    spot_weight: NotRequired[Input[int]]
    """parts of Fargate Spot against one part of Fargate; by default `0`"""


class DeploymentStrategy(StrEnum):
    ROLLING = "rolling"
    BLUE_GREEN = "blue_green"
    LINEAR = "linear"
    CANARY = "canary"


class Deployment(TypedDict):
    strategy: NotRequired[Input[DeploymentStrategy]]
    """replace tasks in place, or start all new ones and shift the traffic: at once, in equal steps, or a share first; by default `rolling`"""
    bake_minutes: NotRequired[Input[int]]
    """minutes that the old tasks stay when all traffic is shifted; by default `5`"""
    step_percent: NotRequired[Input[float]]
    """share of the traffic in each step of `linear`, or in the first of `canary`; by default `20`"""
    step_minutes: NotRequired[Input[int]]
    """minutes between one step and the next; by default `3`"""
    rollback_on_alarms: NotRequired[Input[bool]]
    """whether an alarm of the traffic that goes off takes the deployment back; a rolling one lasts the five minutes longer that alarms look at; by default `true`"""
    deadline_minutes: NotRequired[Input[int]]
    """minutes until a deployment that doesn't end is given up; by default `30`"""


class Schedule(TypedDict):
    name: Input[str]
    """names the schedule among the others"""
    schedule: Input[str]
    """`cron(0 8 ? * MON-FRI *)`, `rate(12 hours)`, `at(2026-11-27T08:00:00)`"""
    timezone: NotRequired[Input[str]]
    """whose clock it goes by, such as `Europe/Berlin`; by default `UTC`"""
    minimum: NotRequired[Input[int]]
    """fewest tasks from then on"""
    maximum: NotRequired[Input[int]]
    """most tasks from then on"""


class ScalingPredictive(StrEnum):
    OFF = "off"
    FORECAST = "forecast"
    SCALE = "scale"


class Scaling(TypedDict):
    minimum: NotRequired[Input[int]]
    """fewest tasks; with schedules that change it, at first only; by default `2`"""
    maximum: NotRequired[Input[int]]
    """most tasks; with schedules that change it, at first only; by default `10`"""
    cpu: NotRequired[Input[int]]
    """average CPU that the service holds, percent; by default `60`"""
    memory: NotRequired[Input[int]]
    """average memory that the service holds, percent; by default `70`"""
    requests: NotRequired[Input[int]]
    """requests a minute that each task takes; by default `1000`"""
    schedules: NotRequired[Input[Sequence[Input[Schedule]]]]
    """when the fewest and the most tasks change, each until the next one changes them"""
    predictive: NotRequired[Input[ScalingPredictive]]
    """forecast the load from that of the last two weeks, and start tasks ahead of it; by default `off`"""


class NetworkNat(StrEnum):
    ONE = "one"
    ZONE = "zone"
    NONE = "none"


class Network(TypedDict):
    cidr: NotRequired[Input[str]]
    """addresses of the VPC; fixed once it stands; by default `10.0.0.0/16`"""
    zones: NotRequired[Input[int]]
    """availability zones used; by default `2`"""
    nat: NotRequired[Input[NetworkNat]]
    """NAT gateways: one, one in each zone, or none (VPC endpoints instead); by default `one`"""
    flow_log_retention_days: NotRequired[Input[int]]
    """days that flow logs are kept; by default `30`"""


class LoadBalancer(TypedDict):
    deletion_protection: NotRequired[Input[bool]]
    """the load balancer can't be deleted until this is false; by default `true`"""
    idle_timeout: NotRequired[Input[int]]
    """seconds that an idle connection stays open, and that rails may take for an answer; by default `60`"""
    access_log_retention_days: NotRequired[Input[int]]
    """days that access logs are kept; by default `90`"""
    empty_access_logs_on_delete: NotRequired[Input[bool]]
    """let `destroy` empty the access logs' bucket; if false a full one stays; by default `false`"""
    firewall: NotRequired[Input[bool]]
    """put a WAF with AWS's managed rules in front; by default `false`"""


class Routing(TypedDict):
    hosts: NotRequired[Input[Sequence[Input[str]]]]
    """host names that the listener rule takes; empty: any"""
    paths: NotRequired[Input[Sequence[Input[str]]]]
    """paths that the listener rule takes; by default `["/*"]`"""
    priority: NotRequired[Input[int]]
    """the listener rule's priority; unset: one that lets more exact rules come first"""
    deregistration_delay: NotRequired[Input[int]]
    """seconds that a target drains; by default `30`"""


class ContainerInsights(StrEnum):
    ENABLED = "enabled"
    ENHANCED = "enhanced"
    DISABLED = "disabled"


class Alarms(TypedDict):
    enabled: NotRequired[Input[bool]]
    """alarms, and the topic that they and failed deployments are told to; by default `true`"""
    subscribers: NotRequired[Input[Sequence[Input[str]]]]
    """who hears of them: email addresses (each has to confirm), https endpoints, ARNs of SQS queues and Lambda functions (whose policies let the topic in)"""
    error_percent: NotRequired[Input[int]]
    """share of 5xx answers that is trouble, percent; by default `5`"""
    error_requests: NotRequired[Input[int]]
    """requests a minute that this share is of, even when there are fewer: single errors wake nobody; by default `50`"""
    latency: NotRequired[Input[float]]
    """seconds in which 99 of 100 requests have to be answered; by default `2.0`"""
    cpu: NotRequired[Input[int]]
    """average CPU that is trouble, percent; by default `90`"""
    memory: NotRequired[Input[int]]
    """average memory that is trouble, percent; by default `90`"""


class WebServiceArgs(TypedDict):
    image: Input[str]
    """the application's image: an ECR repository's URI with a tag or a digest"""
    datadog: NotRequired[Input[Datadog]]
    """adds the Datadog agent and sends logs there"""
    domain: NotRequired[Input[Domain]]
    """serves HTTPS under a name of your own"""
    task: NotRequired[Input[Task]]
    rails: NotRequired[Input[Rails]]
    volumes: NotRequired[Input[Mapping[str, Input[Volume]]]]
    """folders that rails may write, by name: on a file system, or on disk"""
    nginx: NotRequired[Input[Nginx]]
    log_router: NotRequired[Input[LogRouter]]
    service: NotRequired[Input[Service]]
    deployment: NotRequired[Input[Deployment]]
    scaling: NotRequired[Input[Scaling]]
    network: NotRequired[Input[Network]]
    load_balancer: NotRequired[Input[LoadBalancer]]
    routing: NotRequired[Input[Routing]]
    container_insights: NotRequired[Input[ContainerInsights]]
    """Container Insights of the cluster; by default `enabled`"""
    alarms: NotRequired[Input[Alarms]]
    dashboard: NotRequired[Input[bool]]
    """a CloudWatch dashboard of the service; by default `true`"""
    log_retention_days: NotRequired[Input[int]]
    """days that the containers' logs are kept; by default `30`"""
    exec: NotRequired[Input[bool]]
    """allow ECS Exec into rails, audited; its root file system stays read-only; by default `false`"""
    permissions_boundary: NotRequired[Input[str]]
    """name of the IAM policy that bounds every role of the stack; bootstrap makes one"""
    protect: NotRequired[Input[bool]]
    """refuse to delete VPC, load balancer, cluster, roles, and logs that no setting turns off; by default `true`"""
