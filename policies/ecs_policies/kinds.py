"""The resource types that rules read, one spelling each.

pulumi_aws has several tokens for one kind of resource (`aws.alb` and `aws.lb`, S3's companions with and
without V2); `canonical` makes them one, so that a rule names a kind once.
"""

from typing import Final

# IAM
ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
POLICY: Final = "aws:iam/policy:Policy"
USER: Final = "aws:iam/user:User"
USER_GROUP: Final = "aws:iam/group:Group"
USER_POLICY: Final = "aws:iam/userPolicy:UserPolicy"
GROUP_POLICY: Final = "aws:iam/groupPolicy:GroupPolicy"
ROLE_POLICY_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
USER_POLICY_ATTACHMENT: Final = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
GROUP_POLICY_ATTACHMENT: Final = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment"
POLICY_ATTACHMENT: Final = "aws:iam/policyAttachment:PolicyAttachment"
ROLE_ATTACHMENTS_EXCLUSIVE: Final = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
USER_ATTACHMENTS_EXCLUSIVE: Final = "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive"
GROUP_ATTACHMENTS_EXCLUSIVE: Final = "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive"
INSTANCE_PROFILE: Final = "aws:iam/instanceProfile:InstanceProfile"

# ECS and its scaling
CLUSTER: Final = "aws:ecs/cluster:Cluster"
SERVICE: Final = "aws:ecs/service:Service"
TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"
CAPACITY_PROVIDER: Final = "aws:ecs/capacityProvider:CapacityProvider"
CLUSTER_CAPACITY_PROVIDERS: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
ACCOUNT_SETTING: Final = "aws:ecs/accountSettingDefault:AccountSettingDefault"
SCALABLE_TARGET: Final = "aws:appautoscaling/target:Target"
DEPLOYMENT_GROUP: Final = "aws:codedeploy/deploymentGroup:DeploymentGroup"

# Elastic Load Balancing
LOAD_BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
LISTENER: Final = "aws:lb/listener:Listener"
LISTENER_RULE: Final = "aws:lb/listenerRule:ListenerRule"
LISTENER_CERTIFICATE: Final = "aws:lb/listenerCertificate:ListenerCertificate"
TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
CLASSIC_LOAD_BALANCER: Final = "aws:elb/loadBalancer:LoadBalancer"
WEB_ACL: Final = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
REGIONAL_WEB_ACL_ASSOCIATION: Final = "aws:wafregional/webAclAssociation:WebAclAssociation"

# VPC
VPC: Final = "aws:ec2/vpc:Vpc"
DEFAULT_VPC: Final = "aws:ec2/defaultVpc:DefaultVpc"
VPC_CIDR: Final = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
SUBNET: Final = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET: Final = "aws:ec2/defaultSubnet:DefaultSubnet"
ROUTE_TABLE: Final = "aws:ec2/routeTable:RouteTable"
DEFAULT_ROUTE_TABLE: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ROUTE: Final = "aws:ec2/route:Route"
ROUTE_TABLE_ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN_ROUTE_TABLE_ASSOCIATION: Final = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
ROUTE_PROPAGATION: Final = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation"
NAT_GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
INTERNET_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
INTERNET_GATEWAY_ATTACHMENT: Final = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
VPN_GATEWAY: Final = "aws:ec2/vpnGateway:VpnGateway"
VPN_GATEWAY_ATTACHMENT: Final = "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment"
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
NETWORK_ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
NETWORK_ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"
NETWORK_ACL_ASSOCIATION: Final = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
DEFAULT_NETWORK_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_SECURITY_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SECURITY_GROUP_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUP_RULES_EXCLUSIVE: Final = "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive"
PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_LIST_ENTRY: Final = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
VPC_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
VPC_ENDPOINT_POLICY: Final = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
ENDPOINT_SUBNET: Final = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
ENDPOINT_ROUTE_TABLE: Final = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
ENDPOINT_SECURITY_GROUP: Final = "aws:ec2/securityGroupAssociation:SecurityGroupAssociation"
ENDPOINT_PRIVATE_DNS: Final = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"

# Data, logs, keys, secrets, notifications
REPOSITORY: Final = "aws:ecr/repository:Repository"
REPOSITORY_POLICY: Final = "aws:ecr/repositoryPolicy:RepositoryPolicy"
REPOSITORY_TEMPLATE: Final = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
REGISTRY_POLICY: Final = "aws:ecr/registryPolicy:RegistryPolicy"
LIFECYCLE_POLICY: Final = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
PUBLIC_REPOSITORY: Final = "aws:ecrpublic/repository:Repository"
PUBLIC_REPOSITORY_POLICY: Final = "aws:ecrpublic/repositoryPolicy:RepositoryPolicy"
REGISTRY_SCANNING: Final = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
LOG_RESOURCE_POLICY: Final = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
METRIC_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE_ALARM: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
DASHBOARD: Final = "aws:cloudwatch/dashboard:Dashboard"
HEALTH_CHECK: Final = "aws:route53/healthCheck:HealthCheck"
KEY: Final = "aws:kms/key:Key"
KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
REPLICA_KEY: Final = "aws:kms/replicaKey:ReplicaKey"
EXTERNAL_KEY: Final = "aws:kms/externalKey:ExternalKey"
REPLICA_EXTERNAL_KEY: Final = "aws:kms/replicaExternalKey:ReplicaExternalKey"
ALIAS: Final = "aws:kms/alias:Alias"
SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105 (a type)
SECRET_POLICY: Final = "aws:secretsmanager/secretPolicy:SecretPolicy"  # noqa: S105
SECRET_ROTATION: Final = "aws:secretsmanager/secretRotation:SecretRotation"  # noqa: S105
PARAMETER: Final = "aws:ssm/parameter:Parameter"
BUCKET: Final = "aws:s3/bucket:Bucket"
BUCKET_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
BUCKET_VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
BUCKET_LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BUCKET_OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BUCKET_ENCRYPTION: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
BUCKET_ACL: Final = "aws:s3/bucketAcl:BucketAcl"
PUBLIC_ACCESS_BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACCOUNT_PUBLIC_ACCESS_BLOCK: Final = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
QUEUE: Final = "aws:sqs/queue:Queue"
QUEUE_POLICY: Final = "aws:sqs/queuePolicy:QueuePolicy"

STACK: Final = "pulumi:pulumi:Stack"

_LOAD_BALANCING = (LISTENER, LISTENER_CERTIFICATE, LISTENER_RULE, LOAD_BALANCER, TARGET_GROUP)
_OTHER_MODULES = ("alb", "applicationloadbalancing", "elasticloadbalancingv2")
_WITH_V2 = (BUCKET, BUCKET_ACL, BUCKET_ENCRYPTION, BUCKET_LIFECYCLE, BUCKET_VERSIONING)

_CANONICAL = {
    **{it.replace("aws:lb/", f"aws:{module}/"): it for module in _OTHER_MODULES for it in _LOAD_BALANCING},
    **{f"{it.replace(':Bucket', 'V2:Bucket')}V2": it for it in _WITH_V2},
}


def canonical(token: str) -> str:
    """The one spelling of a resource type; a type without another spelling is itself."""
    return _CANONICAL.get(token, token)
