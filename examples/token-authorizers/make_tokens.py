"""Make a key, its key set and a token of each issuer: python make_tokens.py FOLDER."""

import json
import sys
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

TOKENS = {
    "issuer.token": {
        "iss": "https://login.example.com/",
        "aud": "pets",
        "sub": "user-7",
        "scope": "pets/read",
    },
    "pool.token": {
        "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01",
        "aud": "4a7t2m9k",
        "token_use": "id",
        "sub": "0f5e2c7a",
        "email": "ada@example.com",
        "cognito:groups": ["editors", "admins"],
    },
}

folder = Path(sys.argv[1])
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
key_set = {"keys": [{"kid": "local", "use": "sig", "alg": "RS256", **public}]}
(folder / "keys.json").write_text(json.dumps(key_set, indent=2), encoding="utf-8")

now = int(time.time())
for name, claims in TOKENS.items():
    signed = jwt.encode({"iat": now, "exp": now + 3600, **claims}, key, algorithm="RS256", headers={"kid": "local"})
    (folder / name).write_text(signed, encoding="ascii")
