import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.math.BigInteger;
import javax.xml.bind.JAXBContext;
import javax.xml.bind.JAXBElement;
import javax.xml.ws.soap.AddressingFeature;
import javax.xml.ws.soap.MTOMFeature;

/** A vendor's client made from the WSDL by wsimport: feeds with MTOM, finds, reads, archives.
 *  java Vendor FOLDER, where mint.py has put the assertions and the test the descriptions of the services. */
public class Vendor extends Wire {
    static final String APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved";
    static final String ARCHIVED = "urn:asip:ci-sis:2010:StatusType:Archived";
    static String ins, oid, family, given, birth, sex;

    static String cx() { return ins + "^^^&" + oid + "&ISO^NH"; }
    static String fresh() { return "2.25." + new BigInteger(UUID.randomUUID().toString().replace("-", ""), 16); }

    // the registry's and the feed door's classes are two packages made from one schema: each has its own half of this

    static feed.SlotType slot(String name, String... values) {
        var list = new feed.ValueListType();
        list.getValue().addAll(Arrays.asList(values));
        var slot = new feed.SlotType();
        slot.setName(name);
        slot.setValueList(list);
        return slot;
    }

    static feed.InternationalStringType text(String said) {
        var one = new feed.LocalizedStringType();
        one.setValue(said);
        var text = new feed.InternationalStringType();
        text.getLocalizedString().add(one);
        return text;
    }

    static feed.ClassificationType code(String scheme, String of, String code, String system) {
        var it = new feed.ClassificationType();
        it.setId("c-" + code.replace(':', '-') + "-" + of);
        it.setClassificationScheme(scheme);
        it.setClassifiedObject(of);
        it.setNodeRepresentation(code);
        it.getSlot().add(slot("codingScheme", system));
        it.setName(text(code));
        return it;
    }

    static feed.ClassificationType author(String scheme, String of, String house) {
        var it = new feed.ClassificationType();
        it.setId("a-" + of);
        it.setClassificationScheme(scheme);
        it.setClassifiedObject(of);
        it.setNodeRepresentation("");
        it.getSlot().add(slot("authorPerson",
            "899700218896^ESCRIBOUILLE^Jean^^^DR^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"));
        it.getSlot().add(slot("authorInstitution", "Maison^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^" + house));
        return it;
    }

    static feed.ExternalIdentifierType number(String scheme, String of, String value, String name) {
        var it = new feed.ExternalIdentifierType();
        it.setId("i-" + of + "-" + name);
        it.setRegistryObject(of);
        it.setIdentificationScheme(scheme);
        it.setValue(value);
        it.setName(text(name));
        return it;
    }

    static feed.RegistryPackageType set(String house) {
        var it = new feed.RegistryPackageType();
        it.setId("Set01");
        it.getSlot().add(slot("submissionTime", "20261120091500"));
        it.setName(text("Lot"));
        it.getClassification().add(author("urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d", "Set01", house));
        it.getClassification().add(
            code("urn:uuid:aa543740-bdda-424e-8c96-df4873be8500", "Set01", "07", "1.2.250.1.213.2.2"));
        var node = new feed.ClassificationType();
        node.setId("n-set");
        node.setClassificationNode("urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd");
        node.setClassifiedObject("Set01");
        it.getClassification().add(node);
        it.getExternalIdentifier().add(
            number("urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446", "Set01", cx(), "XDSSubmissionSet.patientId"));
        it.getExternalIdentifier().add(number(
            "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832", "Set01", "1.2.250.1.999.3", "XDSSubmissionSet.sourceId"));
        it.getExternalIdentifier().add(
            number("urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8", "Set01", fresh(), "XDSSubmissionSet.uniqueId"));
        return it;
    }

    static feed.ExtrinsicObjectType entry(String house, String uniqueId) {
        String of = "Document01";
        var it = new feed.ExtrinsicObjectType();
        it.setId(of);
        it.setMimeType("text/plain");
        it.setObjectType("urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1");
        it.setName(text("Compte rendu de JAX-WS"));
        it.getSlot().add(slot("creationTime", "20261120090000"));
        it.getSlot().add(slot("languageCode", "fr-FR"));
        it.getSlot().add(slot("legalAuthenticator",
            "899700218896^ESCRIBOUILLE^Jean^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"));
        it.getSlot().add(slot("serviceStartTime", "20261120080000"));
        it.getSlot().add(slot("sourcePatientId", cx()));
        it.getSlot().add(slot("sourcePatientInfo", "PID-5|" + family + "^" + given + "^^^^^L",
            "PID-7|" + birth.replace("-", ""), "PID-8|" + sex));
        it.getClassification().add(author("urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d", of, house));
        String[][] codes = {
            {"urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a", "10", "1.2.250.1.213.1.1.4.1"},
            {"urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", "N", "2.16.840.1.113883.5.25"},
            {"urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d", "urn:asipSante:modelesHorsProfils:2011",
                "1.2.250.1.213.1.1.4.2.282"},
            {"urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA01", "1.2.250.1.71.4.2.4"},
            {"urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead", "ETABLISSEMENT", "1.2.250.1.213.1.1.4.9"},
            {"urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", "11488-4", "2.16.840.1.113883.6.1"},
        };
        for (String[] one : codes) it.getClassification().add(code(one[0], of, one[1], one[2]));
        it.getExternalIdentifier().add(
            number("urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", of, cx(), "XDSDocumentEntry.patientId"));
        it.getExternalIdentifier().add(
            number("urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", of, uniqueId, "XDSDocumentEntry.uniqueId"));
        return it;
    }

    static registry.SlotType asked(String name, String value) {
        var list = new registry.ValueListType();
        list.getValue().add(value);
        var slot = new registry.SlotType();
        slot.setName(name);
        slot.setValueList(list);
        return slot;
    }

    /** What was made of the one package's classes, as the other's: the messages are the same. */
    @SuppressWarnings("unchecked")
    static registry.SubmitObjectsRequestType over(feed.SubmitObjectsRequestType submit) throws Exception {
        var written = new StringWriter();
        JAXBContext.newInstance("feed").createMarshaller()
            .marshal(new feed.ObjectFactory().createSubmitObjectsRequest(submit), written);
        var read = JAXBContext.newInstance("registry").createUnmarshaller()
            .unmarshal(new StringReader(written.toString()));
        return ((JAXBElement<registry.SubmitObjectsRequestType>) read).getValue();
    }

    static String last(String status) { return status.substring(status.lastIndexOf(':') + 1); }

    public static void main(String[] arguments) throws Exception {
        folder = Path.of(arguments[0]);
        var patient = Files.readAllLines(folder.resolve("patient.txt"));
        ins = patient.get(0); oid = patient.get(1); family = patient.get(2);
        given = patient.get(3); birth = patient.get(4); sex = patient.get(5);
        String house = Files.readAllLines(folder.resolve("hospital.paths")).get(2);

        // large enough to travel as a part of its own
        byte[] content = "Rien à signaler, dit JAX-WS.\n".repeat(2000).getBytes(StandardCharsets.UTF_8);
        String uniqueId = fresh();
        var feeding = as(new feed.DocumentRepositoryService(wsdl("feed-repository"))
            .getDocumentRepositoryPortSoap12(new MTOMFeature(), new AddressingFeature(true, true)), "hospital");
        var member = new feed.AssociationType1();
        member.setAssociationType("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember");
        member.setSourceObject("Set01");
        member.setTargetObject("Document01");
        member.setId("as-1");
        member.getSlot().add(slot("SubmissionSetStatus", "Original"));
        var list = new feed.RegistryObjectListType();
        list.getObjectRefOrExtrinsicObjectOrRegistryPackage().addAll(
            List.of(set(house), entry(house, uniqueId), member));
        var submit = new feed.SubmitObjectsRequestType();
        submit.setRegistryObjectList(list);
        var document = new feed.DocumentType();
        document.setId("Document01");
        document.setValue(content);
        var lot = new feed.ProvideAndRegisterDocumentSetRequest();
        lot.setSubmitObjectsRequest(submit);
        lot.getDocument().add(document);
        var registered = feeding.provideAndRegisterDocumentSet(lot);
        if (!registered.getStatus().endsWith("Success")) {
            for (var it : registered.getRegistryErrorList().getRegistryError()) {
                System.err.println(it.getErrorCode() + " " + it.getCodeContext());
            }
        }
        String fed = last(registered.getStatus());

        var asking = as(new registry.DocumentRegistryService(wsdl("care-registry"))
            .getDocumentRegistryPortSoap12(new AddressingFeature(true, true)), "doctor");
        var query = new registry.AdhocQueryType();
        query.setId("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d");
        query.getSlot().add(asked("$XDSDocumentEntryPatientId", "'" + cx() + "'"));
        query.getSlot().add(asked("$XDSDocumentEntryStatus", "('" + APPROVED + "')"));
        var option = new registry.ResponseOptionType();
        option.setReturnType("LeafClass");
        var request = new registry.AdhocQueryRequest();
        request.setResponseOption(option);
        request.setAdhocQuery(query);
        var found = asking.registryStoredQuery(request);
        registry.ExtrinsicObjectType entry = null;
        for (Object it : found.getRegistryObjectList().getObjectRefOrExtrinsicObjectOrRegistryPackage()) {
            if (it instanceof registry.ExtrinsicObjectType listed
                && listed.getExternalIdentifier().stream().anyMatch(id -> id.getValue().equals(uniqueId))) {
                entry = listed;
            }
        }
        String repository = entry.getSlot().stream()
            .filter(it -> it.getName().equals("repositoryUniqueId")).findFirst().get()
            .getValueList().getValue().get(0);

        var reading = as(new care.DocumentRepositoryService(wsdl("care-repository"))
            .getDocumentRepositoryPortSoap12(new MTOMFeature(), new AddressingFeature(true, true)), "doctor");
        var one = new care.DocumentRequestType();
        one.setRepositoryUniqueId(repository);
        one.setDocumentUniqueId(uniqueId);
        var wanted = new care.RetrieveDocumentSetRequest();
        wanted.getDocumentRequest().add(one);
        var read = reading.retrieveDocumentSet(wanted);
        byte[] body = read.getDocumentResponse().get(0).getDocument().getInputStream().readAllBytes();

        var managing = as(new registry.DocumentRegistryService(wsdl("feed-registry"))
            .getDocumentRegistryPortSoap12(new AddressingFeature(true, true)), "hospital");
        var update = new feed.AssociationType1();
        update.setId("as-2");
        update.setAssociationType("urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus");
        update.setSourceObject("Set01");
        update.setTargetObject(entry.getId());
        update.getSlot().add(slot("OriginalStatus", APPROVED));
        update.getSlot().add(slot("NewStatus", ARCHIVED));
        var changes = new feed.RegistryObjectListType();
        changes.getObjectRefOrExtrinsicObjectOrRegistryPackage().addAll(List.of(set(house), update));
        var archive = new feed.SubmitObjectsRequestType();
        archive.setRegistryObjectList(changes);
        String archived = last(managing.updateDocumentSet(over(archive)).getStatus());

        System.out.println("{\"fed\":\"" + fed + "\",\"found\":\"" + last(found.getStatus())
            + "\",\"read\":\"" + last(read.getRegistryResponse().getStatus())
            + "\",\"same\":" + Arrays.equals(body, content) + ",\"archived\":\"" + archived + "\"}");
    }
}
