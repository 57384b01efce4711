"""A vendor's client made from the WSDL by zeep, its VIHF signed by signxml: feeds, finds, reads and archives.

    python vendor.py DEMO.JSON PATIENT.JSON

Prints one line of JSON: what each step found. Nothing here knows the server's code.
"""

import datetime
import json
import pathlib
import sys
import uuid

import requests
from lxml import etree
from signxml import XMLSigner, methods
from zeep import Client
from zeep.transports import Transport

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
XDSB = "urn:ihe:iti:xds-b:2007"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
HL7 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
ARCHIVED = "urn:asip:ci-sis:2010:StatusType:Archived"


class Vihf:
    """The security header: one assertion for each message, signed with the key of the connection."""

    def __init__(self, actor, patient, folder):
        self.actor, self.patient = actor, patient
        self.key = (folder / actor["key"]).read_bytes()
        self.certificate = (folder / actor["cert"]).read_bytes().decode()

    def apply(self, envelope, headers):
        soap = etree.QName(envelope).namespace
        header = envelope.find(f"{{{soap}}}Header")
        security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE})
        security.set(f"{{{soap}}}mustUnderstand", "true")
        security.append(self.signed())
        return envelope, headers

    def verify(self, envelope):
        pass

    def signed(self):
        from cryptography import x509

        subject = x509.load_pem_x509_certificate(self.certificate.encode()).subject.rfc4514_string()
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        instant = lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")
        name = "_" + uuid.uuid4().hex
        s = lambda local: f"{{{SAML}}}{local}"
        root = etree.Element(s("Assertion"), nsmap={"saml2": SAML})
        root.set("ID", name)
        root.set("IssueInstant", instant(now))
        root.set("Version", "2.0")
        issuer = etree.SubElement(root, s("Issuer"))
        issuer.set("Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName")
        issuer.text = subject
        # one prefix throughout: lxml makes one of two when the assertion moves into the envelope
        signature = etree.SubElement(root, f"{{{DSIG}}}Signature", nsmap={"ds": DSIG})
        signature.set("Id", "placeholder")
        by_a_person = bool(self.actor.get("role"))
        person = self.actor["id"] if by_a_person else "899700366240"
        etree.SubElement(etree.SubElement(root, s("Subject")), s("NameID")).text = person
        conditions = etree.SubElement(root, s("Conditions"))
        conditions.set("NotBefore", instant(now))
        conditions.set("NotOnOrAfter", instant(now + datetime.timedelta(minutes=5)))
        authn = etree.SubElement(root, s("AuthnStatement"))
        authn.set("AuthnInstant", instant(now))
        context = etree.SubElement(authn, s("AuthnContext"))
        etree.SubElement(context, s("AuthnContextClassRef")).text = (
            "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
        )
        statement = etree.SubElement(root, s("AttributeStatement"))

        def value(of):
            attribute = etree.SubElement(statement, s("Attribute"))
            attribute.set("Name", of)
            return attribute

        def text(of, said):
            etree.SubElement(value(of), s("AttributeValue")).text = said

        def coded(of, element, codes):
            attribute = value(of)
            for code, system in codes:
                outer = etree.SubElement(attribute, s("AttributeValue"))
                inner = etree.SubElement(outer, f"{{{HL7}}}{element}", nsmap={None: HL7, "xsi": XSI})
                inner.set(f"{{{XSI}}}type", "CE")
                inner.set("code", code)
                inner.set("codeSystem", system)

        text("VIHF_Version", "3.0")
        text("Authentification_Mode", "DIRECTE" if by_a_person else "INDIRECTE")
        text("Identifiant_Structure", self.actor["organisation"])
        text("Secteur_Activite", "SA07^1.2.250.1.71.4.2.4")
        text("urn:oasis:names:tc:xspa:1.0:subject:subject-id", "Personne fictive")
        text("Ressource_URN", "urn:dmp")
        text("LPS_ID_HOMOLOGATION_DMP", "FICTIF-2")
        text("LPS_Nom", "Cabinet de zeep")
        text("urn:oasis:names:tc:xacml:2.0:resource:resource-id", cx(self.patient))
        if by_a_person:
            roles = [(self.actor["role"], "1.2.250.1.71.1.2.7")]
            if self.actor.get("specialty"):
                roles.append((self.actor["specialty"], "1.2.250.1.71.4.2.5"))
        else:
            roles = [("AUTOMATE", "1.2.250.1.213.1.1.4.6")]
        coded("urn:oasis:names:tc:xacml:2.0:subject:role", "Role", roles)
        coded(
            "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse",
            "PurposeOfUse",
            [("normal", "1.2.250.1.213.1.1.4.248")],
        )
        signer = XMLSigner(
            method=methods.enveloped,
            signature_algorithm="ecdsa-sha256",
            digest_algorithm="sha256",
            c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
        )
        signed = signer.sign(
            root, key=self.key, cert=self.certificate, reference_uri="#" + name, id_attribute="ID"
        )
        # what marked the signature's place stays in it
        signed.find(f"{{{DSIG}}}Signature").attrib.pop("Id", None)
        return signed


def cx(patient):
    return f"{patient['ins']}^^^&{patient['oid']}&ISO^NH"


class Vendor:
    def __init__(self, demo, actor, patient, folder, door):
        self.actor, self.patient = actor, patient
        session = requests.Session()
        # the machine's own settings would have another word on whom to trust
        session.trust_env = False
        session.verify = str(folder / demo["ca"])
        session.cert = (str(folder / actor["cert"]), str(folder / actor["key"]))
        wsse = Vihf(actor, patient, folder)
        made = lambda path: Client(f"{demo[door]}{path}?wsdl", wsse=wsse, transport=Transport(session=session))
        self.registry, self.repository = made("/xds/registry"), made("/xds/repository")

    def slot(self, rim, name, *values):
        return rim.SlotType(name=name, ValueList=rim.ValueListType(Value=list(values)))

    def text(self, rim, said):
        return rim.InternationalStringType(LocalizedString=[rim.LocalizedStringType(value=said)])

    def code(self, rim, scheme, of, code, system):
        return rim.ClassificationType(
            id=f"c-{code}-{of}",
            classificationScheme=scheme,
            classifiedObject=of,
            nodeRepresentation=code,
            Slot=[self.slot(rim, "codingScheme", system)],
            Name=self.text(rim, code),
        )

    def author(self, rim, scheme, of):
        house = self.actor["organisation"]
        return rim.ClassificationType(
            id=f"a-{of}",
            classificationScheme=scheme,
            classifiedObject=of,
            nodeRepresentation="",
            Slot=[
                self.slot(
                    rim, "authorPerson", "899700218896^ESCRIBOUILLE^Jean^^^DR^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
                ),
                self.slot(rim, "authorInstitution", f"Maison^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^{house}"),
            ],
        )

    def number(self, rim, scheme, of, value, name):
        return rim.ExternalIdentifierType(
            id=f"i-{of}-{name}",
            registryObject=of,
            identificationScheme=scheme,
            value=value,
            Name=self.text(rim, name),
        )

    def package(self, rim):
        of = "Set01"
        return rim.RegistryPackageType(
            id=of,
            Slot=[self.slot(rim, "submissionTime", "20261120091500")],
            Name=self.text(rim, "Lot"),
            Classification=[
                self.author(rim, "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d", of),
                self.code(rim, "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500", of, "07", "1.2.250.1.213.2.2"),
                rim.ClassificationType(
                    id="n-set",
                    classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd",
                    classifiedObject=of,
                ),
            ],
            ExternalIdentifier=[
                self.number(
                    rim,
                    "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
                    of,
                    cx(self.patient),
                    "XDSSubmissionSet.patientId",
                ),
                self.number(
                    rim,
                    "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832",
                    of,
                    "1.2.250.1.999.3",
                    "XDSSubmissionSet.sourceId",
                ),
                self.number(
                    rim,
                    "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8",
                    of,
                    f"2.25.{uuid.uuid4().int}",
                    "XDSSubmissionSet.uniqueId",
                ),
            ],
        )

    def entry(self, rim, unique_id):
        of, patient = "Document01", self.patient
        code = lambda scheme, value, system: self.code(rim, scheme, of, value, system)
        return rim.ExtrinsicObjectType(
            id=of,
            mimeType="text/plain",
            objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1",
            Slot=[
                self.slot(rim, "creationTime", "20261120090000"),
                self.slot(rim, "languageCode", "fr-FR"),
                self.slot(
                    rim,
                    "legalAuthenticator",
                    "899700218896^ESCRIBOUILLE^Jean^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS",
                ),
                self.slot(rim, "serviceStartTime", "20261120080000"),
                self.slot(rim, "serviceStopTime", "20261120083000"),
                self.slot(rim, "sourcePatientId", cx(patient)),
                self.slot(
                    rim,
                    "sourcePatientInfo",
                    f"PID-5|{patient['family']}^{patient['given']}^^^^^L",
                    f"PID-7|{patient['birth_date'].replace('-', '')}",
                    f"PID-8|{patient['sex']}",
                ),
            ],
            Name=self.text(rim, "Compte rendu de zeep"),
            Classification=[
                self.author(rim, "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d", of),
                code("urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a", "10", "1.2.250.1.213.1.1.4.1"),
                code("urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", "N", "2.16.840.1.113883.5.25"),
                code(
                    "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d",
                    "urn:asipSante:modelesHorsProfils:2011",
                    "1.2.250.1.213.1.1.4.2.282",
                ),
                code("urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA01", "1.2.250.1.71.4.2.4"),
                code("urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead", "ETABLISSEMENT", "1.2.250.1.213.1.1.4.9"),
                code("urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", "11488-4", "2.16.840.1.113883.6.1"),
            ],
            ExternalIdentifier=[
                self.number(
                    rim,
                    "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
                    of,
                    cx(patient),
                    "XDSDocumentEntry.patientId",
                ),
                self.number(
                    rim,
                    "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab",
                    of,
                    unique_id,
                    "XDSDocumentEntry.uniqueId",
                ),
            ],
        )

    def association(self, rim, kind, target, **slots):
        return rim.AssociationType1(
            id=f"as-{uuid.uuid4().hex}",
            associationType=kind,
            sourceObject="Set01",
            targetObject=target,
            Slot=[self.slot(rim, name, value) for name, value in slots.items()],
        )

    def objects(self, rim, *named):
        return rim.RegistryObjectListType(_value_1=[{name: it} for name, it in named])

    def feed(self, unique_id, content):
        client = self.repository
        rim, xdsb = client.type_factory(RIM), client.type_factory(XDSB)
        member = self.association(
            rim,
            "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember",
            "Document01",
            SubmissionSetStatus="Original",
        )
        objects = self.objects(
            rim,
            ("RegistryPackage", self.package(rim)),
            ("ExtrinsicObject", self.entry(rim, unique_id)),
            ("Association", member),
        )
        return client.service.ProvideAndRegisterDocumentSet(
            SubmitObjectsRequest={"RegistryObjectList": objects},
            Document=[xdsb.DocumentType(_value_1=content, id="Document01")],
        )

    def find(self):
        client = self.registry
        rim = client.type_factory(RIM)
        query = rim.AdhocQueryType(
            id="urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d",
            Slot=[
                self.slot(rim, "$XDSDocumentEntryPatientId", f"'{cx(self.patient)}'"),
                self.slot(rim, "$XDSDocumentEntryStatus", f"('{APPROVED}')"),
            ],
        )
        return client.service.RegistryStoredQuery(
            ResponseOption={"returnType": "LeafClass", "returnComposedObjects": True}, AdhocQuery=query
        )

    def read(self, repository, unique_id):
        return self.repository.service.RetrieveDocumentSet(
            DocumentRequest=[{"RepositoryUniqueId": repository, "DocumentUniqueId": unique_id}]
        )

    def archive(self, entry):
        client = self.registry
        rim = client.type_factory(RIM)
        update = self.association(
            rim,
            "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus",
            entry,
            OriginalStatus=APPROVED,
            NewStatus=ARCHIVED,
        )
        objects = self.objects(rim, ("RegistryPackage", self.package(rim)), ("Association", update))
        return client.service.UpdateDocumentSet(RegistryObjectList=objects)


def entries(found):
    listed = found.RegistryObjectList and found.RegistryObjectList._value_1
    return [it["ExtrinsicObject"] for it in listed or [] if it.get("ExtrinsicObject") is not None]


def slot_of(entry, name):
    return next(it.ValueList.Value[0] for it in entry.Slot if it.name == name)


def main():
    demo_file = pathlib.Path(sys.argv[1])
    folder, demo = demo_file.parent, json.loads(demo_file.read_text())
    patient = json.loads(pathlib.Path(sys.argv[2]).read_text())
    first = lambda kind: next(it for it in demo["actors"] if it["kind"] == kind)
    doctor = next(it for it in demo["actors"] if it["kind"] == "professional" and it["role"] == "10")
    hospital = Vendor(demo, first("organisation"), patient, folder, "feed")
    # at the feed door ITI-43 has no service: the doctor's clients are those of the care door
    cabinet = Vendor(demo, doctor, patient, folder, "care")
    unique_id, content = f"2.25.{uuid.uuid4().int}", "Rien à signaler, dit zeep.".encode()
    fed = hospital.feed(unique_id, content).status
    found = cabinet.find()
    [entry] = [it for it in entries(found) if it.ExternalIdentifier[1].value == unique_id]
    read = cabinet.read(slot_of(entry, "repositoryUniqueId"), unique_id)
    archived = hospital.archive(entry.id)
    after = [it for it in entries(cabinet.find()) if it.lid == entry.lid]
    body = read.DocumentResponse[0].Document
    print(
        json.dumps(
            {
                "fed": fed.rsplit(":")[-1],
                "found": found.status.rsplit(":")[-1],
                "read": read.RegistryResponse.status.rsplit(":")[-1],
                "same": body == content,
                "archived": archived.status.rsplit(":")[-1],
                "still_listed": len(after),
            }
        )
    )


if __name__ == "__main__":
    main()
