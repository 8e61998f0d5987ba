"""The topic that alarms and failed deployments are told to, and who hears of them."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.cluster import Cluster
from components.context import Context
from components.deployment_events import DeploymentEvents, DeploymentEventsArgs
from components.documents import Statement, document, key_owner
from components.subscribers import Subscriber

_USE = ("kms:Decrypt", "kms:GenerateDataKey*")


def topic_key_policy(context: Context, topic: str) -> str:
    """The account's IAM policies rule the key; alarms and events may use it for one topic.

    Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs": the key of a topic that takes
    EventBridge's events can't ask for their source, so the topic in the encryption context is the narrowest.
    """
    of_topic = {"kms:EncryptionContext:aws:sns:topicArn": context.arn("sns", topic)}
    return document(
        [
            key_owner(context),
            Statement(
                sid="Alarms",
                actions=_USE,
                resources=("*",),
                principals={"Service": "cloudwatch.amazonaws.com"},
                conditions={
                    "ArnLike": {"aws:SourceArn": _alarms(context)},
                    "StringEquals": {**of_topic, "aws:SourceAccount": context.account},
                },
            ),
            Statement(
                sid="Events",
                actions=_USE,
                resources=("*",),
                principals={"Service": "events.amazonaws.com"},
                conditions={"StringEquals": of_topic},
            ),
        ]
    )


def topic_policy(context: Context, topic: str) -> str:
    """The stack's alarms and EventBridge may publish, and nobody without TLS.

    EventBridge User Guide, "Using resource-based policies for Amazon EventBridge": with a condition for
    EventBridge no event arrives. The account's own users and roles need no statement.
    """
    arn = context.arn("sns", topic)
    return document(
        [
            Statement(
                sid="Alarms",
                actions=("sns:Publish",),
                resources=(arn,),
                principals={"Service": "cloudwatch.amazonaws.com"},
                conditions={
                    "ArnLike": {"aws:SourceArn": _alarms(context)},
                    "StringEquals": {"aws:SourceAccount": context.account},
                },
            ),
            Statement(
                sid="Events",
                actions=("sns:Publish",),
                resources=(arn,),
                principals={"Service": "events.amazonaws.com"},
            ),
            Statement(
                sid="TlsOnly",
                effect="Deny",
                actions=("sns:Publish",),
                resources=(arn,),
                principals={"AWS": "*"},
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            ),
        ]
    )


def _alarms(context: Context) -> str:
    return context.arn("cloudwatch", f"alarm:{context.name('*')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationsArgs:
    """Who is told of what; without `subscribers` nobody is, but on a dashboard and in the console."""

    context: Context
    cluster: Cluster | None = None
    """Whose services' failed deployments are told, too; None: their own stack tells of them."""
    subscribers: tuple[Subscriber, ...] = ()


class Notifications(pulumi.ComponentResource):
    """A topic under a key of its own, named `<project>-<stack>-<name>-alarms`, and its subscriptions.

    One is enough for all services of a cluster. Produces `topic_arn`, and `ready`: what lets alarms and
    events publish, and so stands before them.
    """

    topic_arn: pulumi.Output[str]
    ready: list[pulumi.Resource]

    def __init__(
        self, name: str, args: NotificationsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("web-application:index:Notifications", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        logical = f"{name}-alarms"
        topic_name = args.context.name(logical)
        key = aws.kms.Key(
            logical,
            description=f"Messages of {topic_name}",
            policy=topic_key_policy(args.context, topic_name),
            enable_key_rotation=True,
            deletion_window_in_days=30,
            opts=child,
        )
        topic = aws.sns.Topic(logical, name=topic_name, kms_master_key_id=key.arn, opts=child)
        policy = aws.sns.TopicPolicy(
            logical, arn=topic.arn, policy=topic_policy(args.context, topic_name), opts=child
        )
        for it in args.subscribers:
            aws.sns.TopicSubscription(
                f"{logical}-{it.key}",
                topic=topic.arn,
                protocol=it.protocol,
                endpoint=it.endpoint,
                opts=child,
            )
        self.topic_arn = topic.arn
        self.ready = [policy]
        if args.cluster:
            DeploymentEvents(
                name,
                DeploymentEventsArgs(
                    context=args.context, cluster=args.cluster, topic_arn=topic.arn, topic_ready=self.ready
                ),
                child,
            )
        self.register_outputs({"topic_arn": self.topic_arn})
