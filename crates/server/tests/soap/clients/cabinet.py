"""The DMP's own messages by zeep, from their WSDL: a record is tested for, opened, let be read, read and asked to be
closed.

    python cabinet.py DEMO.JSON PATIENT.JSON

Prints one line of JSON: what each step was answered.
"""

import json
import pathlib
import sys
import uuid

import requests
from vendor import HL7, Vihf
from zeep import Client
from zeep.transports import Transport


class Cabinet:
    def __init__(self, demo, actor, patient, folder):
        self.patient = patient
        session = requests.Session()
        session.trust_env = False
        session.verify = str(folder / demo["ca"])
        session.cert = (str(folder / actor["cert"]), str(folder / actor["key"]))
        wsse = Vihf(actor, patient, folder)
        made = lambda path: Client(f"{demo['care']}{path}?wsdl", wsse=wsse, transport=Transport(session=session))
        self.patients, self.authorisations = made("/dmp/patients"), made("/dmp/authorisations")
        self.hl7 = self.patients.type_factory(HL7)

    def party(self, kind, root):
        device = self.hl7.Device(id=self.hl7.II(root=root), classCode="DEV", determinerCode="INSTANCE")
        return self.hl7.Party(device=device, typeCode=kind)

    def message(self, interaction, reason, **control):
        hl7 = self.hl7
        why = hl7.CD(code=reason, codeSystem="1.2.250.1.213.1.1.4.11")
        return {
            "ITSVersion": "XML_1.0",
            "id": hl7.II(root=str(uuid.uuid4())),
            "creationTime": hl7.TS(value="20261122100000"),
            "interactionId": hl7.II(root="2.16.840.1.113883.1.6", extension=interaction),
            "processingCode": hl7.CD(code="D"),
            "processingModeCode": hl7.CD(code="T"),
            "acceptAckCode": hl7.CD(code="AL"),
            "receiver": self.party("RCV", "1.2.250.1.213.4.1.1.1"),
            "sender": self.party("SND", "1.2.250.1.999.9"),
            "controlActProcess": hl7.ControlAct(classCode="CACT", moodCode="EVN", reasonCode=why, **control),
        }

    def person(self):
        return self.hl7.II(root=self.patient["oid"], extension=self.patient["ins"])

    def demographics(self, reason):
        hl7 = self.hl7
        by = hl7.IdParameter(value=self.person(), semanticsText="Patient.id")
        query = hl7.QueryByParameter(
            queryId=hl7.II(root="1.2.250.1.999.9", extension="1"),
            statusCode=hl7.CD(code="new"),
            parameterList=hl7.ParameterList(patientIdentifier=by),
        )
        asked = self.message("PRPA_IN201307UV02", reason, queryByParameter=query)
        return self.patients.service.PatientDemographics(**asked)

    def standing(self):
        answer = self.demographics("TEST_EXST")
        said = answer.controlActProcess.queryAck.queryResponseCode.code
        codes = [it.value.code for it in answer.attentionLine if hasattr(it.value, "code")]
        return " ".join([said, *codes])

    def registration(self, status, who, said):
        hl7 = self.hl7
        patient = hl7.Patient(
            classCode="PAT", id=self.person(), statusCode=hl7.CD(code=status), patientPerson=who, subjectOf=said
        )
        request = hl7.Registration(
            classCode="REG",
            moodCode="RQO",
            statusCode=hl7.CD(code="active"),
            subject1=hl7.Subject1(typeCode="SBJ", patient=patient),
        )
        return [hl7.Subject(typeCode="SUBJ", registrationRequest=request)]

    def said(self, code, value):
        hl7 = self.hl7
        observation = hl7.AdministrativeObservation(
            classCode="OBS",
            moodCode="EVN",
            code=hl7.CD(code=code, codeSystem="1.2.250.1.213.4.1.2.3"),
            value=hl7.BL(value=value),
        )
        return hl7.SubjectOf(typeCode="SBJ", administrativeObservation=observation)

    def create(self):
        hl7, patient = self.hl7, self.patient
        part = lambda qualifier, text: hl7.ENXP(text, qualifier=qualifier)
        who = hl7.Person(
            classCode="PSN",
            determinerCode="INSTANCE",
            name=hl7.PN(
                family=[part("BR", patient["family"]), part("SP", patient["family"])],
                given=[part("BR", patient["given"])],
            ),
            administrativeGenderCode=hl7.CD(code=patient["sex"]),
            birthTime=hl7.TS(value=patient["birth_date"].replace("-", "")),
            birthPlace=hl7.BirthPlace(classCode="BIRTHPL", addr=hl7.AD(county=patient["birth_place"])),
        )
        said = [
            self.said("CONSENTEMENT_OUVERTURE_DMP", True),
            self.said("OPPOSITION_BRIS_DE_GLACE", False),
            self.said("OPPOSITION_ACCES_URGENCE", True),
        ]
        subject = self.registration("active", who, said)
        answer = self.patients.service.CreateRecord(**self.message("PRPA_IN201311UV02", "CREA_RD", subject=subject))
        return word(answer.PRPA_IN201312UV02 or answer.PRPA_IN201313UV02)

    def authorise(self):
        answer = self.authorisations.service.SetAuthorization(action="AJOUT")
        return answer.status

    def read(self):
        [found] = self.demographics("CNSLT_DATA").controlActProcess.subject
        return found.registrationEvent.subject1.patient.patientPerson.name.family[0]._value_1

    def close(self):
        hl7 = self.hl7
        code = hl7.CD(code="FERMETURE_DEMANDE_PATIENT", codeSystem="1.2.250.1.213.4.1.2.4")
        event = hl7.DetectedIssueEvent(classCode="ALRT", moodCode="EVN", code=code)
        asked = self.message(
            "PRPA_IN201314UV02",
            "FERM",
            subject=self.registration("terminated", None, []),
            reasonOf=hl7.ReasonOf(typeCode="RSON", detectedIssueEvent=event),
        )
        return word(self.patients.service.ReviseRecord(**asked).PRPA_IN201316UV02)


def word(answer):
    acknowledged = answer.acknowledgement
    if acknowledged.acknowledgementDetail:
        return acknowledged.acknowledgementDetail[0].code.code
    return "AA"


def main():
    demo_file = pathlib.Path(sys.argv[1])
    folder, demo = demo_file.parent, json.loads(demo_file.read_text())
    patient = json.loads(pathlib.Path(sys.argv[2]).read_text())
    doctor = next(it for it in demo["actors"] if it["kind"] == "professional" and it["role"] == "10")
    cabinet = Cabinet(demo, doctor, patient, folder)
    said = {"before": cabinet.standing(), "created": cabinet.create(), "again": cabinet.create()}
    said |= {"authorised": cabinet.authorise(), "after": cabinet.standing()}
    said |= {"name": cabinet.read(), "closed": cabinet.close()}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
