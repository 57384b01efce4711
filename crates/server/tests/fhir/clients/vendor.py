"""Practice software made with fhirpy: it feeds, finds, reads, changes and replaces a document over mutual TLS, and
keeps every answer it is given for a validator to judge.

usage: vendor.py demo.json scene.json folder
"""

import base64
import json
import pathlib
import sys

import fhirpy
import requests
from fhirpy.base import exceptions

FHIR = "application/fhir+json"


class Keeping(fhirpy.SyncFHIRClient):
    """fhirpy's client; what it was answered stays in a folder."""

    folder = None
    kept = 0

    def _do_request(self, method, path, *args, **named):
        try:
            answer = super()._do_request(method, path, *args, **named)
        except exceptions.OperationOutcome as refused:
            self.keep(f"refused-{method}", refused.resource)
            raise
        except (exceptions.ResourceNotFound, exceptions.ForbiddenError, exceptions.MultipleResourcesFound) as refused:
            self.keep(f"refused-{method}", json.loads(str(refused)))
            raise
        self.keep(method, answer[0] if isinstance(answer, tuple) else answer)
        return answer

    def keep(self, how, resource):
        if resource:
            Keeping.kept += 1
            name = f"{Keeping.kept:03}-{how}-{resource['resourceType']}.json"
            (Keeping.folder / name).write_text(json.dumps(resource, ensure_ascii=False))


class Vendor:
    def __init__(self, demo, folder, actor, door):
        self.config = {
            "verify": str(folder / demo["ca"]),
            "cert": (str(folder / actor["cert"]), str(folder / actor["key"])),
            "timeout": 60,
        }
        self.base = f"{demo[door]}/fhir"
        self.client = Keeping(self.base, extra_headers={"Accept": FHIR}, requests_config=self.config)

    def bytes(self, url):
        """Raw bytes are not fhirpy's business: any HTTP client fetches them."""
        got = requests.get(url, headers={"Accept": "*/*"}, **self.config)
        got.raise_for_status()
        return got.content


def replace(path, kind, value):
    """FHIRPath Patch, which is a resource like another to fhirpy."""
    part = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": path},
        {"name": "value", kind: value},
    ]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": part}]}


def refused(what, *kinds):
    try:
        what()
    except kinds as no:
        return type(no).__name__
    return "taken"


def main():
    demo_file, scene = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text())
    Keeping.folder = pathlib.Path(sys.argv[3])
    folder, demo = demo_file.parent, json.loads(demo_file.read_text())
    first = lambda kind: next(it for it in demo["actors"] if it["kind"] == kind)
    doctor = next(it for it in demo["actors"] if it["kind"] == "professional" and it["role"] == "10")
    hospital, cabinet = Vendor(demo, folder, first("organisation"), "feed"), Vendor(demo, folder, doctor, "care")
    patient = scene["patient"]
    said = {}

    for vendor in (hospital, cabinet):
        statement = vendor.client.execute("metadata", method="get")
        for resource in statement["rest"][0]["resource"]:
            for operation in resource.get("operation", []):
                # HL7's own are defined elsewhere
                if not operation["definition"].startswith(vendor.base):
                    continue
                vendor.client.execute(operation["definition"].split("/fhir/")[1], method="get")

    # TD0.2 at both doors, then ITI-65
    said["at_feed"] = len(hospital.client.resources("Patient").search(identifier=patient).fetch())
    said["patients"] = len(cabinet.client.resources("Patient").search(identifier=patient).fetch())
    fed = hospital.client.execute("", data=scene["lot"])
    said["fed"] = [entry["response"]["status"] for entry in fed["entry"]]
    again = hospital.client.execute("", data=scene["lot"])
    said["again_the_same"] = [it["response"]["location"] for it in again["entry"]] == [
        it["response"]["location"] for it in fed["entry"]
    ]

    # ITI-67, by page and by parameter
    documents = cabinet.client.resources("DocumentReference").search(patient__identifier=patient)
    [found] = documents.search(status="current").fetch()
    said["none_of_another_type"] = len(documents.search(type="http://loinc.org|57833-6").fetch())
    said["one_alone"] = documents.search(identifier=f"urn:ietf:rfc:3986|{scene['unique_id']}").get().id == found.id
    said["by_id"] = cabinet.client.reference("DocumentReference", found.id).to_resource().id == found.id

    said["how_many"] = documents.search(_count=0).fetch_raw().total
    # TD3.1b: the feed door tells where what one fed is, and no more
    located = hospital.client.resources("DocumentReference").search(
        patient__identifier=patient, identifier=f"urn:ietf:rfc:3986|{scene['unique_id']}"
    )
    said["located"] = located.get().id == found.id

    # ITI-68, both ways
    url = found.content[0].attachment.url
    said["same_bytes"] = cabinet.bytes(url) == base64.b64decode(scene["bytes"])
    binary = cabinet.client.execute(url.split("/fhir/")[1], method="get")
    said["same_in_a_resource"] = binary["data"] == scene["bytes"]

    # ITI-66
    lists = cabinet.client.resources("List").search(patient__identifier=patient, code="submissionset", status="current")
    [lot] = lists.fetch_all()
    said["set_names_it"] = lot.entry[0].item.reference == f"DocumentReference/{found.id}"

    # PATCH: by id as fhirpy knows it, and by the document's own id
    isArchived = "DocumentReference.extension.where(url='{}').value".format(
        "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived"
    )
    change = lambda yes: replace(isArchived, "valueBoolean", yes)
    archived = hospital.client.patch("DocumentReference", found.id, **change(True))
    said["archived"] = archived["meta"]["versionId"]
    said["listed_then"] = len(documents.search(status="current").fetch_all())
    by_identifier = {"identifier": f"urn:ietf:rfc:3986|{scene['unique_id']}"}
    hospital.client.execute("DocumentReference", method="patch", data=change(False), params=by_identifier)
    said["listed_again"] = len(documents.search(status="current").fetch_all())
    title = replace("DocumentReference.description", "valueString", "non")
    said["description"] = refused(
        lambda: cabinet.client.patch("DocumentReference", found.id, **title), exceptions.OperationOutcome
    )

    # what is new from here on (DSUBm), pulled
    subscription = cabinet.client.resource("Subscription", **scene["subscription"]).create()
    pulled = lambda what, **more: cabinet.client.execute(
        f"Subscription/{subscription.id}/{what}", method="get", params=more
    )
    said["new_at_first"] = len(pulled("$events").entry) - 1

    # replaced (ITI-65 with relatesTo), and one that comes alone (ITI-105)
    hospital.client.execute("", data=scene["replacement"])
    [newer] = documents.search(status="current").fetch()
    said["new"] = [it.fullUrl.endswith(newer.id) for it in pulled("$events").entry[1:]]
    pulled("$events", content="full-resource")
    said["subscription"] = pulled("$status").entry[0].resource.resourceType
    said["replaces"] = newer.relatesTo[0].target.reference.endswith(found.id)
    said["older"] = cabinet.client.reference("DocumentReference", found.id).to_resource().status
    hospital.client.resource("DocumentReference", **scene["alone"]).create()
    said["current"] = len(documents.search(status="current").limit(1).fetch_all())

    # refusals, and the trace (ITI-81)
    said["absent"] = refused(
        lambda: cabinet.client.reference("DocumentReference", "nobody").to_resource(), exceptions.ResourceNotFound
    )
    said["another_s_search"] = refused(
        lambda: documents.search(unheard_of="x").fetch(), exceptions.OperationOutcome
    )
    cabinet.client.execute("Patient/$authorise", data=scene["authorise"])
    events = cabinet.client.resources("AuditEvent").search(patient__identifier=patient).fetch_all()
    said["traced"] = len(events) > 5
    print(json.dumps(said))


if __name__ == "__main__":
    main()
