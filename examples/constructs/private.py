"""Servers in a VPC: behind a network load balancer, and behind an application load balancer."""

from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elasticloadbalancing

from forestage.constructs import Private, RestApi

app = App()
stack = Stack(app, "Private")
vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
network = elasticloadbalancing.NetworkLoadBalancer(stack, "Network", vpc=vpc)
web = elasticloadbalancing.ApplicationLoadBalancer(stack, "Web", vpc=vpc)

api = RestApi(stack, "Shop")
old_link = apigateway.VpcLink(stack, "OldLink", targets=[network])
api.get("/stock/{id}", Private.nlb(old_link, "http://stock.internal/items/{id}"))
link = apigatewayv2.VpcLink(stack, "Link", vpc=vpc)
api.get("/pets/{id}", Private.alb(link, web, "https://pets.internal:443/pets/{id}"))
api.add_stage("dev")

app.synth()
