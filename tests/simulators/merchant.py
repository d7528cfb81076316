"""A merchant of the simulated bank: what its tests ask and how they verify what it says."""

import base64
import json
import subprocess
import uuid
from pathlib import Path
from typing import Any

import httpx
from tests.support.receiver import Call, Receiver

TOKEN = {"X-Token": "uTestMerchant"}

# From monobank's documentation of webhooks: a key, a signature and the body that it signs.
SAMPLE_KEY = (
    "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFQUc1LzZ3NnZubGJZb0Zm"
    "RHlYWE4vS29CbVVjTgo3NWJSUWg4MFBhaEdldnJoanFCQnI3OXNSS0JSbnpHODFUZVQ5OEFOakU1c0R3RmZ5Znhub0ZJcmZBPT0KLS0t"
    "LS1FTkQgUFVCTElDIEtFWS0tLS0tCg=="
)
SAMPLE_SIGN = (
    "MEUCIQC/mVKhi8FKoayul2Mim3E2oaIOCNJk5dEXxTqbkeJSOQIgOM0hsW0qcP2H8iXy1aQYpmY0SJWEaWur7nQXlKDCFxA="
)
SAMPLE_BODY = b"""{
  "invoiceId": "p2_9ZgpZVsl3",
  "status": "created",
  "failureReason": "string",
  "amount": 4200,
  "ccy": 980,
  "finalAmount": 4200,
  "createdDate": "2019-08-24T14:15:22Z",
  "modifiedDate": "2019-08-24T14:15:22Z",
  "reference": "84d0070ee4e44667b31371d8f8813947",
  "cancelList": [
    {
      "status": "processing",
      "amount": 4200,
      "ccy": 980,
      "createdDate": "2019-08-24T14:15:22Z",
      "modifiedDate": "2019-08-24T14:15:22Z",
      "approvalCode": "662476",
      "rrn": "060189181768",
      "extRef": "635ace02599849e981b2cd7a65f417fe"
    }
  ]
}"""


def create(client: httpx.Client, receiver: Receiver | None = None, **changes: Any) -> dict[str, Any]:
    """An invoice of 500 hryvnias under a reference of its own, returned with `reference` added."""
    reference = str(uuid.uuid4())
    asked = {
        "amount": 50000,
        "merchantPaymInfo": {
            "reference": reference,
            "destination": "Квитки: Ніч на Рибальському",
            "basketOrder": [
                {"name": "Вхід", "qty": 1, "sum": 50000, "total": 50000, "unit": "шт", "code": "T1"}
            ],
        },
        "redirectUrl": "http://127.0.0.1:9/done?order=X",
    } | changes
    if receiver is not None:
        asked["webHookUrl"] = receiver.url
    answer = client.post("/api/merchant/invoice/create", json=asked)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"invoiceId", "pageUrl"}
    return {**answer.json(), "reference": reference}


def status(client: httpx.Client, invoice: dict[str, Any]) -> dict[str, Any]:
    answer = client.get("/api/merchant/invoice/status", params={"invoiceId": invoice["invoiceId"]})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def pay(client: httpx.Client, invoice: dict[str, Any], **more: Any) -> httpx.Response:
    return client.post("/control/pay", json={"payment_id": invoice["reference"], **more})


def cancel(client: httpx.Client, invoice: dict[str, Any], **more: Any) -> httpx.Response:
    return client.post("/api/merchant/invoice/cancel", json={"invoiceId": invoice["invoiceId"], **more})


def fault(client: httpx.Client, name: str, **params: Any) -> None:
    answer = client.post("/control/faults", json={"name": name, **params})
    assert answer.status_code == 201, answer.text


def pubkey(client: httpx.Client) -> str:
    return str(client.get("/api/merchant/pubkey").raise_for_status().json()["key"])


def is_signed(folder: Path, key: str, sign: str, body: bytes) -> bool:
    """What openssl says of the signature."""
    (folder / "key.pem").write_bytes(base64.b64decode(key))
    (folder / "sign.der").write_bytes(base64.b64decode(sign))
    (folder / "body").write_bytes(body)
    command = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "sign.der", "body"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def statuses(calls: list[Call]) -> list[str]:
    return [json.loads(call.body)["status"] for call in calls]
