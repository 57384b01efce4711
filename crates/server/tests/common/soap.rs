//! What practice software sends over SOAP: assertions it signs, envelopes, MTOM messages. Valid unless a test spoils
//! them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use ihe::soap::{SECURITY, envelope, message_id};
use ihe::vihf::{self, Claims, Mode, PracticeSoftware, Role, Version};
use jiff::SignedDuration;
use model::{Clock, Ins, InsAuthority, Instant, Profession, Purpose};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use server::chance::{SystemClock, SystemDice};
use xml::signature::{CannotSign, SignatureMethod, SigningKey};
use xml::{Document as Xml, Limits};

use super::Actor;
use super::bundle::{Document, Person, urn};
use super::client::{Answer, Client};

mod hl7;
mod said;

#[allow(unused_imports, reason = "not every test speaks them")]
pub use hl7::*;

pub const ITI_18: &str = "urn:ihe:iti:2007:RegistryStoredQuery";
pub const ITI_41: &str = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b";
pub const ITI_43: &str = "urn:ihe:iti:2007:RetrieveDocumentSet";
pub const ITI_57: &str = "urn:ihe:iti:2010:UpdateDocumentSet";
pub const FIND_DOCUMENTS: &str = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d";
pub const APPROVED: &str = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved";

/// A card or a machine's key: signs what its actor says.
pub struct Card {
    certificates: Vec<Vec<u8>>,
    key: EcdsaKeyPair,
}

impl Card {
    pub fn of(actor: &Actor) -> Self {
        let certificate = CertificateDer::from_pem_file(&actor.cert).unwrap();
        let key = PrivateKeyDer::from_pem_file(&actor.key).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.secret_der()).unwrap();
        Self { certificates: vec![certificate.to_vec()], key }
    }
}

impl SigningKey for Card {
    fn method(&self) -> SignatureMethod {
        SignatureMethod::EcdsaSha256
    }

    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        let signed = self.key.sign(&SystemRandom::new(), message).map_err(|_| CannotSign)?;
        Ok(signed.as_ref().to_vec())
    }
}

impl Person {
    pub fn ins(&self) -> Ins {
        Ins::new(InsAuthority::from_oid(&self.oid).unwrap(), &self.ins).unwrap()
    }

    /// As metadata names them.
    pub fn cx(&self) -> String {
        format!("{}^^^&amp;{}&amp;ISO^NH", self.ins, self.oid)
    }
}

/// What an actor's software says of them, about a patient.
pub fn claims(actor: &Actor, person: &Person) -> Claims {
    let now = SystemClock.now();
    let by_a_person = actor.value["role"].is_string();
    let code = actor.value["role"].as_str().unwrap_or("AUTOMATE");
    let detail = actor.value["specialty"].as_str().map(str::to_owned);
    Claims {
        id: format!("_{}", urn().replace([':', '-'], "")),
        issued: now,
        not_on_or_after: now.plus(SignedDuration::from_mins(5)),
        version: Version::V3,
        mode: if by_a_person { Mode::Direct } else { Mode::Indirect },
        person: if by_a_person { actor.text("id") } else { "899700366240" }.parse().unwrap(),
        person_name: "Personne fictive".into(),
        organisation: actor.text("organisation").parse().unwrap(),
        sector: "SA07".into(),
        role: match by_a_person {
            true => Role::Profession { profession: Profession::health(code), detail },
            false => Role::Other(code.into()),
        },
        patient: Some(person.ins()),
        purpose: Purpose::Normal,
        hidden_from_representatives: false,
        software: PracticeSoftware {
            name: "Cabinet fictif".into(),
            version: Some("4.2".into()),
            installation: None,
            homologation: "FICTIF-1".into(),
        },
        class: "SmartcardPKI".into(),
        declaration: None,
    }
}

pub fn assertion(claims: &Claims, card: &Card) -> String {
    vihf::write(claims, card).unwrap()
}

/// An envelope with this security header's content and this body.
pub fn message(action: &str, security: &str, body: &str) -> String {
    let parse = |text: &str| Xml::parse(text.as_bytes(), &Limits::default()).unwrap();
    let (security, body) = (parse(security), parse(body));
    let to = "https://localhost/xds";
    envelope(
        action,
        to,
        &message_id(&SystemDice),
        |out| {
            out.start("wsse:Security").attribute("xmlns:wsse", SECURITY);
            out.attribute("env:mustUnderstand", "true").copy(security.root()).end();
        },
        |out| {
            out.copy(body.root());
        },
    )
    .unwrap()
}

pub fn soap_type(action: &str) -> String {
    format!("application/soap+xml; charset=utf-8; action=\"{action}\"")
}

/// One who speaks SOAP at a door.
pub struct Speaker<'d> {
    pub actor: Actor,
    pub card: Card,
    pub client: Client<'d>,
}

impl<'d> Speaker<'d> {
    pub fn new(demo: &'d super::Demo, door: &'static str, actor: &Actor) -> Self {
        Self { actor: actor.clone(), card: Card::of(actor), client: Client::new(demo, door, Some(actor)) }
    }

    pub fn assertion(&self, person: &Person) -> String {
        assertion(&claims(&self.actor, person), &self.card)
    }

    /// An envelope as it is.
    pub fn send(&self, path: &str, action: &str, envelope: &str) -> Answer {
        let kind = soap_type(action);
        self.client.send("POST", path, &[("Content-Type", &kind)], Some(envelope.as_bytes()))
    }

    pub fn ask(&self, path: &str, action: &str, person: &Person, body: &str) -> Answer {
        self.send(path, action, &message(action, &self.assertion(person), body))
    }

    pub fn find(&self, person: &Person) -> Answer {
        self.ask("/xds/registry", ITI_18, person, &find_documents(person))
    }

    pub fn retrieve(&self, person: &Person, unique_ids: &[&str]) -> Answer {
        self.ask("/xds/repository", ITI_43, person, &retrieve(unique_ids))
    }

    /// ITI-41 with its documents as parts.
    pub fn provide(&self, person: &Person, documents: &[Document], relations: &str) -> Answer {
        let lot = Lot::new(&self.actor, person, documents, relations);
        self.provide_lot(person, &lot)
    }

    pub fn provide_lot(&self, person: &Person, lot: &Lot) -> Answer {
        let envelope = message(ITI_41, &self.assertion(person), &lot.body);
        let (kind, bytes) = mtom(ITI_41, &envelope, &lot.parts);
        self.client.send("POST", "/xds/repository", &[("Content-Type", &kind)], Some(&bytes))
    }
}

pub fn mtom(action: &str, envelope: &str, parts: &[(String, Vec<u8>)]) -> (String, Vec<u8>) {
    let kind = format!(
        "multipart/related; boundary=\"fin\"; type=\"application/xop+xml\"; start=\"<racine@x>\"; \
         start-info=\"application/soap+xml\"; action=\"{action}\""
    );
    let mut bytes = format!(
        "--fin\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\n\
         Content-Transfer-Encoding: binary\r\nContent-ID: <racine@x>\r\n\r\n{envelope}"
    )
    .into_bytes();
    for (id, content) in parts {
        bytes.extend(
            format!(
                "\r\n--fin\r\nContent-Type: application/octet-stream\r\n\
                 Content-Transfer-Encoding: binary\r\nContent-ID: <{id}>\r\n\r\n"
            )
            .into_bytes(),
        );
        bytes.extend(content);
    }
    bytes.extend(b"\r\n--fin--\r\n");
    (kind, bytes)
}

fn slot(name: &str, values: &[&str]) -> String {
    let values: String = values.iter().map(|it| format!("<rim:Value>{it}</rim:Value>")).collect();
    format!(r#"<rim:Slot name="{name}"><rim:ValueList>{values}</rim:ValueList></rim:Slot>"#)
}

pub fn adhoc(query: &str, slots: &[(&str, &str)]) -> String {
    let slots: String = slots.iter().map(|(name, value)| slot(name, &[value])).collect();
    format!(
        r#"<query:AdhocQueryRequest xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><query:ResponseOption returnType="LeafClass" returnComposedObjects="true"/><rim:AdhocQuery id="{query}">{slots}</rim:AdhocQuery></query:AdhocQueryRequest>"#
    )
}

pub fn find_documents(person: &Person) -> String {
    let patient = format!("'{}'", person.cx());
    let status = format!("('{APPROVED}')");
    adhoc(FIND_DOCUMENTS, &[("$XDSDocumentEntryPatientId", &patient), ("$XDSDocumentEntryStatus", &status)])
}

pub fn retrieve(unique_ids: &[&str]) -> String {
    let asked: String = unique_ids
        .iter()
        .map(|id| {
            format!(
                "<xdsb:DocumentRequest><xdsb:RepositoryUniqueId>{}</xdsb:RepositoryUniqueId>\
                 <xdsb:DocumentUniqueId>{id}</xdsb:DocumentUniqueId></xdsb:DocumentRequest>",
                server::soap::REPOSITORY
            )
        })
        .collect();
    format!(
        r#"<xdsb:RetrieveDocumentSetRequest xmlns:xdsb="urn:ihe:iti:xds-b:2007">{asked}</xdsb:RetrieveDocumentSetRequest>"#
    )
}

/// A lot as ITI-41 says it.
pub struct Lot {
    pub body: String,
    /// Content-ID and bytes.
    pub parts: Vec<(String, Vec<u8>)>,
}

fn code(scheme: &str, object: &str, code: &str, system: &str) -> String {
    format!(
        r#"<rim:Classification id="c-{code}-{object}" classificationScheme="{scheme}" classifiedObject="{object}" nodeRepresentation="{code}">{}<rim:Name><rim:LocalizedString value="Libellé"/></rim:Name></rim:Classification>"#,
        slot("codingScheme", &[system])
    )
}

fn author(scheme: &str, object: &str, house: &Actor) -> String {
    let house = house.text("organisation");
    format!(
        r#"<rim:Classification id="a-{object}" classificationScheme="{scheme}" classifiedObject="{object}" nodeRepresentation="">{}{}</rim:Classification>"#,
        slot(
            "authorPerson",
            &["899700218896^ESCRIBOUILLE^Jean^^^DR^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS"]
        ),
        slot(
            "authorInstitution",
            &[&format!("Maison fictive^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^{house}")]
        ),
    )
}

fn identifier(scheme: &str, object: &str, value: &str, name: &str) -> String {
    format!(
        r#"<rim:ExternalIdentifier id="i-{object}-{name}" registryObject="{object}" identificationScheme="{scheme}" value="{value}"><rim:Name><rim:LocalizedString value="{name}"/></rim:Name></rim:ExternalIdentifier>"#
    )
}

/// Without `urn:oid:` or `urn:uuid:`, as XDS writes them.
pub fn unique_id(document: &Document) -> String {
    bare(&document.unique_id)
}

pub fn bare(urn: &str) -> String {
    urn.strip_prefix("urn:oid:").or_else(|| urn.strip_prefix("urn:uuid:")).unwrap_or(urn).to_owned()
}

fn oid(system: &str) -> &str {
    match system {
        super::bundle::LOINC => "2.16.840.1.113883.6.1",
        other => other.strip_prefix("urn:oid:").unwrap_or(other),
    }
}

/// The next entry's id in the message: `Document01` …
pub fn entry(id: &str, document: &Document, person: &Person, house: &Actor) -> String {
    let c = |scheme: &str, it: &str, system: &str| code(scheme, id, it, system);
    let hidden: String = document
        .visibility
        .iter()
        .map(|it| c("urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", it, "1.2.250.1.213.1.1.4.13"))
        .collect();
    let sex = if person.gender == "male" { "M" } else { "F" };
    let born = person.birth_date.replace('-', "");
    let (name, born, sex) = (
        format!("PID-5|{}^{}^^^^^L", person.family, person.given),
        format!("PID-7|{born}"),
        format!("PID-8|{sex}"),
    );
    format!(
        r#"<rim:ExtrinsicObject id="{id}" mimeType="{}" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">{}{}{}{}{}{}{}<rim:Name><rim:LocalizedString xml:lang="fr-FR" charset="UTF-8" value="{}"/></rim:Name>{}{}{}{hidden}{}{}{}{}{}{}</rim:ExtrinsicObject>"#,
        document.mime,
        slot("creationTime", &["20261120090000"]),
        slot("languageCode", &["fr-FR"]),
        slot(
            "legalAuthenticator",
            &["899700218896^ESCRIBOUILLE^Jean^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS"]
        ),
        slot("serviceStartTime", &["20261120080000"]),
        slot("serviceStopTime", &["20261120083000"]),
        slot("sourcePatientId", &[&person.cx()]),
        slot("sourcePatientInfo", &[&name, &born, &sex]),
        document.title,
        author("urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d", id, house),
        c("urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a", &document.class, "1.2.250.1.213.1.1.4.1"),
        c("urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", "N", "2.16.840.1.113883.5.25"),
        c("urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d", &document.format.1, oid(&document.format.0)),
        c("urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA01", "1.2.250.1.71.4.2.4"),
        c("urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead", "ETABLISSEMENT", "1.2.250.1.213.1.1.4.9"),
        c("urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", &document.kind.1, oid(&document.kind.0)),
        identifier(
            "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
            id,
            &person.cx(),
            "XDSDocumentEntry.patientId"
        ),
        identifier(
            "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab",
            id,
            &unique_id(document),
            "XDSDocumentEntry.uniqueId"
        ),
    )
}

pub fn set(person: &Person, house: &Actor) -> String {
    format!(
        r#"<rim:RegistryPackage id="Set01">{}<rim:Name><rim:LocalizedString value="Lot"/></rim:Name>{}{}<rim:Classification id="n-set" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd" classifiedObject="Set01"/>{}{}{}</rim:RegistryPackage>"#,
        slot("submissionTime", &["20261120091500"]),
        author("urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d", "Set01", house),
        code("urn:uuid:aa543740-bdda-424e-8c96-df4873be8500", "Set01", "07", "1.2.250.1.213.2.2"),
        identifier(
            "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
            "Set01",
            &person.cx(),
            "XDSSubmissionSet.patientId"
        ),
        identifier(
            "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832",
            "Set01",
            "1.2.250.1.999.3",
            "XDSSubmissionSet.sourceId"
        ),
        identifier(
            "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8",
            "Set01",
            &oid_of_uuid(&urn()),
            "XDSSubmissionSet.uniqueId"
        ),
    )
}

/// `2.25.…`
pub fn oid_of_uuid(urn: &str) -> String {
    let hex = urn.strip_prefix("urn:uuid:").unwrap().replace('-', "");
    format!("2.25.{}", u128::from_str_radix(&hex, 16).unwrap())
}

pub fn association(kind: &str, source: &str, target: &str, slots: &[(&str, &str)]) -> String {
    let slots: String = slots.iter().map(|(name, value)| slot(name, &[value])).collect();
    format!(
        r#"<rim:Association associationType="{kind}" sourceObject="{source}" targetObject="{target}">{slots}</rim:Association>"#
    )
}

pub fn member(id: &str, previous: Option<u32>) -> String {
    let previous = previous.map(|it| it.to_string());
    let mut slots = vec![("SubmissionSetStatus", "Original")];
    slots.extend(previous.as_deref().map(|it| ("PreviousVersion", it)));
    association("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", "Set01", id, &slots)
}

pub fn submit(objects: &str) -> String {
    format!(
        r#"<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>{objects}</rim:RegistryObjectList></lcm:SubmitObjectsRequest>"#
    )
}

impl Lot {
    pub fn new(house: &Actor, person: &Person, documents: &[Document], relations: &str) -> Self {
        let ids: Vec<String> = (1..=documents.len()).map(|it| format!("Document{it:02}")).collect();
        let mut objects = set(person, house);
        for (id, document) in ids.iter().zip(documents) {
            objects += &entry(id, document, person, house);
            objects += &member(id, None);
        }
        objects += relations;
        let parts: String = ids
            .iter()
            .map(|id| {
                format!(
                    r#"<xdsb:Document id="{id}"><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:{id}@x"/></xdsb:Document>"#
                )
            })
            .collect();
        let body = format!(
            r#"<xdsb:ProvideAndRegisterDocumentSetRequest xmlns:xdsb="urn:ihe:iti:xds-b:2007">{}{parts}</xdsb:ProvideAndRegisterDocumentSetRequest>"#,
            submit(&objects)
        );
        let parts = ids.iter().zip(documents).map(|(id, it)| (format!("{id}@x"), it.bytes.clone())).collect();
        Self { body, parts }
    }
}

/// Now, for claims that are out of time.
pub fn now() -> Instant {
    SystemClock.now()
}
