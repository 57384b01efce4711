import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import javax.xml.ws.soap.AddressingFeature;
import authorisations.AuthorisationsService;
import authorisations.SetAuthorization;
import patients.AD;
import patients.AdministrativeObservation;
import patients.BL;
import patients.BirthPlace;
import patients.CD;
import patients.CV;
import patients.ControlAct;
import patients.DetectedIssueEvent;
import patients.Device;
import patients.ENXP;
import patients.II;
import patients.IdParameter;
import patients.Message;
import patients.PN;
import patients.ParameterList;
import patients.Party;
import patients.Patient;
import patients.PatientsPortType;
import patients.PatientsService;
import patients.Person;
import patients.QueryByParameter;
import patients.ReasonOf;
import patients.Registration;
import patients.Subject;
import patients.Subject1;
import patients.SubjectOf;
import patients.TS;

/** The DMP's own messages by the classes wsimport makes of their WSDL: a record is tested for, opened, let be read, read
 *  and asked to be closed.  java Cabinet FOLDER, as for Vendor. */
public class Cabinet extends Wire {
    static List<String> patient;

    static II ii(String root, String extension) {
        var it = new II();
        it.setRoot(root);
        it.setExtension(extension);
        return it;
    }

    static CD code(String code, String system) {
        var it = new CD();
        it.setCode(code);
        it.setCodeSystem(system);
        return it;
    }

    static TS time(String value) {
        var it = new TS();
        it.setValue(value);
        return it;
    }

    static II person() { return ii(patient.get(1), patient.get(0)); }

    static Party party(String type, String root) {
        var device = new Device();
        device.setClassCode("DEV");
        device.setDeterminerCode("INSTANCE");
        device.setId(ii(root, null));
        var party = new Party();
        party.setTypeCode(type);
        party.setDevice(device);
        return party;
    }

    static Message message(String interaction, String reason, ControlAct control) {
        control.setClassCode("CACT");
        control.setMoodCode("EVN");
        control.setReasonCode(code(reason, "1.2.250.1.213.1.1.4.11"));
        var it = new Message();
        it.setITSVersion("XML_1.0");
        it.setId(ii(UUID.randomUUID().toString(), null));
        it.setCreationTime(time("20261122100000"));
        it.setInteractionId(ii("2.16.840.1.113883.1.6", interaction));
        it.setProcessingCode(code("D", null));
        it.setProcessingModeCode(code("T", null));
        it.setAcceptAckCode(code("AL", null));
        it.setReceiver(party("RCV", "1.2.250.1.213.4.1.1.1"));
        it.setSender(party("SND", "1.2.250.1.999.9"));
        it.setControlActProcess(control);
        return it;
    }

    static Message demographics(String reason) {
        var identifier = new IdParameter();
        identifier.setValue(person());
        identifier.setSemanticsText("Patient.id");
        var list = new ParameterList();
        list.setPatientIdentifier(identifier);
        var query = new QueryByParameter();
        query.setQueryId(ii("1.2.250.1.999.9", "1"));
        query.setStatusCode(code("new", null));
        query.setParameterList(list);
        var control = new ControlAct();
        control.setQueryByParameter(query);
        return message("PRPA_IN201307UV02", reason, control);
    }

    static ENXP part(String qualifier, String text) {
        var it = new ENXP();
        it.setQualifier(qualifier);
        it.setValue(text);
        return it;
    }

    static SubjectOf said(String code, boolean value) {
        var answer = new BL();
        answer.setValue(value);
        var observation = new AdministrativeObservation();
        observation.setClassCode("OBS");
        observation.setMoodCode("EVN");
        observation.setCode(code(code, "1.2.250.1.213.4.1.2.3"));
        observation.setValue(answer);
        var subject = new SubjectOf();
        subject.setTypeCode("SBJ");
        subject.setAdministrativeObservation(observation);
        return subject;
    }

    static ControlAct registration(String status, Person who, List<SubjectOf> said) {
        var it = new Patient();
        it.setClassCode("PAT");
        it.setId(person());
        it.setStatusCode(code(status, null));
        it.setPatientPerson(who);
        it.getSubjectOf().addAll(said);
        var subject1 = new Subject1();
        subject1.setTypeCode("SBJ");
        subject1.setPatient(it);
        var registration = new Registration();
        registration.setClassCode("REG");
        registration.setMoodCode("RQO");
        registration.setStatusCode(code("active", null));
        registration.setSubject1(subject1);
        var subject = new Subject();
        subject.setTypeCode("SUBJ");
        subject.setRegistrationRequest(registration);
        var control = new ControlAct();
        control.getSubject().add(subject);
        return control;
    }

    static Message creation() {
        var name = new PN();
        name.getFamily().add(part("BR", patient.get(2)));
        name.getFamily().add(part("SP", patient.get(2)));
        name.getGiven().add(part("BR", patient.get(3)));
        var place = new BirthPlace();
        place.setClassCode("BIRTHPL");
        place.setAddr(new AD());
        place.getAddr().setCounty(patient.get(6));
        var who = new Person();
        who.setClassCode("PSN");
        who.setDeterminerCode("INSTANCE");
        who.setName(name);
        who.setAdministrativeGenderCode(code(patient.get(5), null));
        who.setBirthTime(time(patient.get(4).replace("-", "")));
        who.setBirthPlace(place);
        var said = List.of(said("CONSENTEMENT_OUVERTURE_DMP", true), said("OPPOSITION_BRIS_DE_GLACE", false),
            said("OPPOSITION_ACCES_URGENCE", true));
        return message("PRPA_IN201311UV02", "CREA_RD", registration("active", who, said));
    }

    static Message closing() {
        var event = new DetectedIssueEvent();
        event.setClassCode("ALRT");
        event.setMoodCode("EVN");
        event.setCode(code("FERMETURE_DEMANDE_PATIENT", "1.2.250.1.213.4.1.2.4"));
        var why = new ReasonOf();
        why.setTypeCode("RSON");
        why.setDetectedIssueEvent(event);
        var control = registration("terminated", null, List.of());
        control.setReasonOf(why);
        return message("PRPA_IN201314UV02", "FERM", control);
    }

    /** NF, or OK with the caller's authorisation. */
    static String standing(PatientsPortType port) {
        var answer = port.patientDemographics(demographics("TEST_EXST"));
        var said = answer.getControlActProcess().getQueryAck().getQueryResponseCode().getCode();
        for (var line : answer.getAttentionLine()) {
            if (line.getValue() instanceof CV value) said += " " + value.getCode();
        }
        return said;
    }

    static String word(Message answer) {
        var acknowledged = answer.getAcknowledgement();
        return acknowledged.getTypeCode().equals("AA")
            ? "AA" : acknowledged.getAcknowledgementDetail().get(0).getCode().getCode();
    }

    static String created(PatientsPortType port) {
        var answer = port.createRecord(creation());
        return word(answer.getPRPAIN201312UV02() != null ? answer.getPRPAIN201312UV02() : answer.getPRPAIN201313UV02());
    }

    public static void main(String[] arguments) throws Exception {
        folder = Path.of(arguments[0]);
        patient = Files.readAllLines(folder.resolve("patient.txt"));
        var patients = as(new PatientsService(wsdl("care-patients"))
            .getPatientsPortSoap12(new AddressingFeature(true, true)), "doctor");
        var authorisations = as(new AuthorisationsService(wsdl("care-authorisations"))
            .getAuthorisationsPortSoap12(new AddressingFeature(true, true)), "doctor");
        String before = standing(patients), created = created(patients), again = created(patients);
        var letIn = new SetAuthorization();
        letIn.setAction("AJOUT");
        String authorised = authorisations.setAuthorization(letIn).getReturn().getStatus();
        String after = standing(patients);
        var read = patients.patientDemographics(demographics("CNSLT_DATA")).getControlActProcess().getSubject().get(0);
        String name = read.getRegistrationEvent().getSubject1().getPatient().getPatientPerson().getName()
            .getFamily().get(0).getValue();
        var closed = patients.reviseRecord(closing());
        System.out.println("{\"before\":\"" + before + "\",\"created\":\"" + created + "\",\"again\":\"" + again
            + "\",\"authorised\":\"" + authorised + "\",\"after\":\"" + after + "\",\"name\":\"" + name
            + "\",\"closed\":\"" + word(closed.getPRPAIN201316UV02()) + "\"}");
    }
}
