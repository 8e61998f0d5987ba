"""What the cards of a picture tell, and that they leave no resource out."""

from ecs_policies.wire import UNKNOWN_TEXT

from diagram.source import source_of
from tests.diagram.recordings import boxes, component, made, picture, rows, task_definition
from tests.diagram.shop import ALL, BALANCER, LOGS, RAILS, SERVICE, TRUST

BUCKET = made("aws:s3/bucket:Bucket", "files")
QUEUE = made("aws:sqs/queue:Queue", "jobs")
TOPIC = made("aws:sns/topic:Topic", "alarms")


def test_every_resource_is_on_some_card():
    others = (
        BUCKET,
        made("aws:s3/bucketVersioning:BucketVersioning", "files", bucket=BUCKET),
        QUEUE,
        made("aws:lambda/function:Function", "thumbnails"),
        made("random:index/randomId:RandomId", "suffix"),
    )
    found = picture(*ALL, *others).tells
    assert {it.name for it in (*ALL, *others) if it.urn not in found} == set()


def test_components_and_providers_are_no_resources_of_a_picture():
    provider = made("pulumi:providers:aws", "default")
    assert picture(component("web"), provider).inside == ()


def test_what_belongs_to_a_resource_stands_on_its_card_by_what_it_is():
    kept = made(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "files",
        {"rules": [{"expiration": {"days": 90}}]},
        bucket=BUCKET,
    )
    found = picture(
        BUCKET,
        kept,
        made("aws:s3/bucketPolicy:BucketPolicy", "files", bucket=BUCKET),
        made("aws:s3/bucketVersioning:BucketVersioning", "files", bucket=BUCKET),
    )
    assert rows(found, "bucket files") == {"kept": "90 days", "with": "policy, versioning"}


def test_what_belongs_to_something_that_belongs_to_a_card_stands_there_too():
    table = made("aws:ec2/routeTable:RouteTable", "spare", vpcId=made("aws:ec2/vpc:Vpc", "main"))
    route = made("aws:ec2/route:Route", "spare", {"destinationCidrBlock": "10.9.0.0/16"}, routeTableId=table)
    found = picture(made("aws:ec2/vpc:Vpc", "main", {"cidrBlock": "10.0.0.0/16"}), route, table)
    assert rows(found, "VPC main")["with"] == "route, route table"


def test_a_kind_that_nothing_knows_has_a_card_of_its_own():
    assert rows(picture(made("aws:lambda/function:Function", "thumbnails")), "function thumbnails") == {}


def test_a_load_balancer_tells_who_reaches_it_by_which_name_and_through_which_port():
    record = made("aws:route53/record:Record", "shop", {"name": "shop.example.com"}, aliases=[BALANCER])
    found = rows(picture(*ALL, record), "load balancer shop")
    assert found["faces"] == "the internet"
    assert found["name"] == "shop.example.com"
    assert found["in"] == "us-east-1a, us-east-1b"
    assert found["lets in"] == ":443 from 0.0.0.0/0"
    assert found["lets out"] == "nothing"


def test_an_internal_load_balancer_faces_its_own_network():
    inside = made("aws:lb/loadBalancer:LoadBalancer", "inside", {"internal": True})
    assert rows(picture(inside), "load balancer inside")["faces"] == "its own network"


def test_a_listener_tells_its_certificate_and_what_it_does_when_no_rule_fits():
    certificate = made("aws:acm/certificate:Certificate", "shop", {"domainName": "shop.example.com"})
    validation = made(
        "aws:acm/certificateValidation:CertificateValidation", "shop", certificateArn=certificate
    )
    redirecting = made(
        "aws:lb/listener:Listener",
        "http",
        {
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443"}}],
        },
    )
    secure = made(
        "aws:lb/listener:Listener",
        "secure",
        {"port": 8443, "protocol": "HTTPS", "defaultActions": [{"type": "forward"}]},
        certificateArn=validation,
    )
    found = picture(certificate, validation, redirecting, secure)
    assert rows(found, "listener HTTP :80") == {"otherwise": "redirects to HTTPS :443"}
    assert rows(found, "listener HTTPS :8443") == {"certificate": "shop.example.com", "otherwise": "forwards"}


def test_a_rule_tells_the_requests_that_it_takes():
    assert rows(picture(*ALL), "rule web") == {"priority": "7", "host": "shop.example.com", "path": "/*"}


def test_a_target_group_tells_when_a_target_is_healthy():
    found = rows(picture(*ALL), "target group web")
    assert found == {"sends to": "HTTP :8080", "healthy if": "/up is 200", "drains": "30 s"}


def test_a_service_tells_how_many_tasks_where_and_how_they_are_replaced():
    target = made(
        "aws:appautoscaling/target:Target", "web", {"minCapacity": 2, "maxCapacity": 9}, resourceId=SERVICE
    )
    policy = made(
        "aws:appautoscaling/policy:Policy",
        "cpu",
        {
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 60,
                "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
            }
        },
        resourceId=target,
    )
    found = rows(picture(*ALL, target, policy), "service web")
    assert found["tasks"] == "2 at first, 2 to 9"
    assert found["scaled by"] == "CPU 60 %"
    assert found["replaced"] == "rolling, 100 to 200 % of them"
    assert found["rolled back by"] == "the circuit breaker"
    assert found["in"] == "us-east-1a, us-east-1b"
    assert found["lets in"] == ":8080 from balancer"


def test_a_task_tells_its_size():
    sized = task_definition(RAILS, runtimePlatform={"cpuArchitecture": "ARM64"})
    assert rows(picture(sized), "task web")["size"] == "0.5 vCPU, 1 GiB, ARM64"


def test_a_container_tells_its_image_its_secret_and_where_its_logs_go():
    found = picture(*ALL)
    assert rows(found, "rails") == {
        "image": "rails, by digest",
        "reserves": "512 MiB",
        "DATABASE_URL": "shop/database#url",
        "logs": "log_router, to cloudwatch_logs",
    }
    assert rows(found, "nginx")["port"] == "8080, from target group web"
    assert rows(found, "log_router")["logs"] == "group logs"
    assert rows(found, "log_router")["if it ends"] == "the task goes on"


def test_containers_that_arent_known_yet_are_said_to_be_so():
    later = made("aws:ecs/taskDefinition:TaskDefinition", "web", {"containerDefinitions": UNKNOWN_TEXT})
    assert rows(picture(later), "containers") == {"are": "known once it stands"}


def test_a_role_tells_who_takes_it_over_and_each_statement_by_its_name():
    assert rows(picture(*ALL), "role execution") == {
        "trusted by": "ecs-tasks.amazonaws.com",
        "PullImages": "ecr:BatchGetImage and 1 more",
    }
    bare = made("aws:iam/role:Role", "task", {"assumeRolePolicy": TRUST})
    assert rows(picture(bare), "role task")["may call"] == "nothing"


def test_a_log_group_tells_how_long_it_is_kept_and_its_key():
    key = made("aws:kms/key:Key", "logs")
    private = made("aws:cloudwatch/logGroup:LogGroup", "private", kmsKeyId=key)
    found = picture(LOGS, key, private)
    assert rows(found, "log group logs") == {"kept": "30 days"}
    assert rows(found, "log group private") == {"kept": "for ever", "key": "logs"}


def test_a_topic_tells_its_alarms_and_counts_its_subscribers_whose_addresses_may_hold_tokens():
    hook = made(
        "aws:sns/topicSubscription:TopicSubscription",
        "hook",
        {"protocol": "https", "endpoint": "https://events.example.com/a-token"},
        topic=TOPIC,
    )
    alarm = made(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "slow",
        {
            "metricName": "TargetResponseTime",
            "extendedStatistic": "p99",
            "comparisonOperator": "GreaterThanThreshold",
            "threshold": 2,
        },
        alarmActions=[TOPIC],
    )
    found = picture(TOPIC, hook, alarm)
    assert rows(found, "topic alarms") == {"heard by": "1 by https", "slow": "p99 TargetResponseTime > 2"}


def test_a_subnet_tells_what_stands_in_it_and_the_way_out():
    found = picture(*ALL)
    cards = [it.card for it in boxes(found) if it.label.endswith("subnet")]
    told = {
        (it.title, row.label): row.value
        for it in cards
        if it and "10.0.0.0/20" in str(it.rows)
        for row in it.rows
    }
    assert told["public subnet", "load balancer"] == "shop"
    assert told["public subnet", "way out"] == "an internet gateway"
    private = [it for it in cards if it and it.title == "private subnet"]
    assert len(private) == 2
    assert {row.value for it in private for row in it.rows if row.label == "tasks of"} == {"web"}
    assert {row.value for it in private for row in it.rows if row.label == "way out"} == {"none"}


def test_no_value_of_an_environment_variable_is_shown():
    rails = {**RAILS, "environment": [{"name": "TOKEN", "value": "of-nobody-elses-business"}]}
    source = source_of(picture(task_definition(rails)))
    assert "rails" in source
    assert "of-nobody-elses-business" not in source
