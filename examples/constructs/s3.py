"""A bucket behind routes: objects are read and written by their path."""

from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3

from forestage.constructs import S3, RestApi

app = App()
stack = Stack(app, "Files")
files = s3.Bucket(stack, "Files", enforce_ssl=True)

api = RestApi(stack, "Shop", binary_media_types=["image/*"])
api.get("/files", S3.list(files, prefix="public/"))
api.get("/files/{proxy+}", S3.get(files, key="public/{proxy}"))
api.put("/photos/{id}", S3.put(files, key="photos/{id}.jpg"))
api.add_stage("dev")

app.synth()
