"""Sign a request as alice and send it: python call.py METHOD URL."""

import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

method, url = sys.argv[1:]
request = AWSRequest(method=method, url=url)
SigV4Auth(Credentials("AKIAEXAMPLEALICE", "alices-secret"), "execute-api", "us-east-1").add_auth(request)

parts = urlsplit(url)
connection = HTTPConnection(parts.netloc)
connection.request(method, parts.path, headers=dict(request.headers))
answer = connection.getresponse()
print(answer.status, answer.read().decode())
