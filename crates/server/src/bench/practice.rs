//! What practice software sends when a patient's record is opened (TD3.1a, TD3.2), each message with an assertion of
//! its own that was never used.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::body::Bytes;
use http_body_util::Full;
use hyper::{Method, Request};
use ihe::soap::{SECURITY, envelope, message_id};
use ihe::vihf::{self, Claims, Mode, PracticeSoftware, Role, Version};
use jiff::SignedDuration;
use model::{Clock, EntryId, Ins, PsIdNat, Purpose, StructIdNat};
use rehearsal::{Cast, Who};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use xml::signature::{CannotSign, SignatureMethod, SigningKey};
use xml::{Document, Limits, Writer};

use super::Stop;
use super::fill::Filled;
use crate::chance::{SystemClock, SystemDice};
use crate::soap::REPOSITORY;

const ITI_18: &str = "urn:ihe:iti:2007:RegistryStoredQuery";
const ITI_43: &str = "urn:ihe:iti:2007:RetrieveDocumentSet";
const QUERY: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0";
const RIM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0";
const XDS_B: &str = "urn:ihe:iti:xds-b:2007";
const APPROVED: &str = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')";

/// One exchange of an opening.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The first opening: FindDocuments over two years.
    Documents,
    /// The next: FindSubmissionSets since the last visit, as if everything were new.
    Sets,
    /// What those sets hold: GetAssociations.
    Associations,
    /// GetDocumentsAndAssociations, by twenty.
    Entries,
    /// So many documents.
    Retrieve(usize),
}

/// The stored queries of a first opening and of a next one.
pub(super) const QUERIES: [Step; 4] = [Step::Documents, Step::Sets, Step::Associations, Step::Entries];

/// The software of one practice, with its doctor's card in it.
pub(super) struct Practice {
    card: Card,
    person: PsIdNat,
    organisation: StructIdNat,
    role: Role,
}

impl Practice {
    pub(super) fn of(cast: &Cast, pki: &std::path::Path, slug: &str) -> Result<Self, Stop> {
        let nobody = || Stop::Broken(format!("{slug} is no doctor of the cast"));
        let actor = cast.actor(slug).ok_or_else(nobody)?;
        let Who::Person { id, profession: Some(profession), specialty, .. } = &actor.who else {
            return Err(nobody());
        };
        Ok(Self {
            card: Card::of(pki, slug)?,
            person: id.clone(),
            organisation: actor.organisation().ok_or_else(nobody)?.clone(),
            role: Role::Profession { profession: profession.clone(), detail: specialty.map(str::to_owned) },
        })
    }

    /// The whole message of a step about this patient.
    pub(super) fn message(&self, step: Step, about: &Filled) -> Result<Vec<u8>, Stop> {
        let unwritten = |_| Stop::Broken("a message cannot be written".into());
        let ins = &about.person.ins;
        let assertion = vihf::write(&self.claims(ins), &self.card)
            .map_err(|_| Stop::Broken("an assertion cannot be signed".into()))?;
        let assertion = Document::parse(assertion.as_bytes(), &Limits::default())
            .map_err(|_| Stop::Broken("an assertion cannot be read".into()))?;
        let id = message_id(&SystemDice);
        let to = "https://localhost/xds";
        let header = |out: &mut Writer| {
            out.start("wsse:Security").attribute("xmlns:wsse", SECURITY);
            out.attribute("env:mustUnderstand", "true").copy(assertion.root()).end();
        };
        let written = envelope(step.action(), to, &id, header, |out| body(out, step, about));
        written.map(String::into_bytes).map_err(unwritten)
    }

    fn claims(&self, ins: &Ins) -> Claims {
        let now = SystemClock.now();
        Claims {
            id: format!("_{}", EntryId::random(&SystemDice).urn().replace([':', '-'], "")),
            issued: now,
            not_on_or_after: now.plus(SignedDuration::from_mins(30)),
            version: Version::V3,
            mode: Mode::Direct,
            person: self.person.clone(),
            person_name: "Personne fictive".into(),
            organisation: self.organisation.clone(),
            sector: "SA07".into(),
            role: self.role.clone(),
            patient: Some(ins.clone()),
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
}

impl Step {
    fn action(self) -> &'static str {
        if matches!(self, Self::Retrieve(_)) { ITI_43 } else { ITI_18 }
    }

    pub(super) fn request(self, message: Bytes) -> Request<Full<Bytes>> {
        let path = if matches!(self, Self::Retrieve(_)) { "/xds/repository" } else { "/xds/registry" };
        let kind = format!("application/soap+xml; charset=utf-8; action=\"{}\"", self.action());
        super::request(Method::POST, path, &[("content-type", &kind)], message)
    }
}

fn body(out: &mut Writer, step: Step, about: &Filled) {
    let ins = &about.person.ins;
    let patient = format!("'{}^^^&{}&ISO^NH'", ins.matricule(), ins.authority().oid());
    let urns = |ids: &[EntryId]| {
        let each: Vec<String> = ids.iter().map(|it| format!("'{}'", it.urn())).collect();
        format!("({})", each.join(","))
    };
    let approved = APPROVED.to_owned();
    // what is fed is dated 20 November 2026 (`letter`)
    match step {
        Step::Documents => adhoc(
            out,
            "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d",
            &[
                ("$XDSDocumentEntryPatientId", patient),
                ("$XDSDocumentEntryStatus", approved),
                ("$XDSDocumentEntryCreationTimeFrom", "20241121".to_owned()),
            ],
        ),
        Step::Sets => adhoc(
            out,
            "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9",
            &[
                ("$XDSSubmissionSetPatientId", patient),
                ("$XDSSubmissionSetStatus", approved),
                ("$XDSSubmissionSetSubmissionTimeFrom", "20261101".to_owned()),
            ],
        ),
        Step::Associations => {
            adhoc(out, "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155", &[("$uuid", urns(&about.sets))]);
        }
        Step::Entries => adhoc(
            out,
            "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a",
            &[("$XDSDocumentEntryEntryUUID", urns(&about.entries))],
        ),
        Step::Retrieve(count) => {
            out.start("xdsb:RetrieveDocumentSetRequest").attribute("xmlns:xdsb", XDS_B);
            for id in about.unique_ids.iter().take(count) {
                out.start("xdsb:DocumentRequest").element("xdsb:RepositoryUniqueId", REPOSITORY);
                out.element("xdsb:DocumentUniqueId", id).end();
            }
            out.end();
        }
    }
}

fn adhoc(out: &mut Writer, query: &str, slots: &[(&str, String)]) {
    out.start("query:AdhocQueryRequest").attribute("xmlns:query", QUERY).attribute("xmlns:rim", RIM);
    out.start("query:ResponseOption").attribute("returnType", "LeafClass");
    out.attribute("returnComposedObjects", "true").end();
    out.start("rim:AdhocQuery").attribute("id", query);
    for (name, value) in slots {
        out.start("rim:Slot").attribute("name", name);
        out.start("rim:ValueList").element("rim:Value", value).end().end();
    }
    out.end().end();
}

/// Signs like the card of the one whose certificate it is.
struct Card {
    certificates: Vec<Vec<u8>>,
    key: EcdsaKeyPair,
}

impl Card {
    fn of(pki: &std::path::Path, slug: &str) -> Result<Self, Stop> {
        let unread = || Stop::Broken(format!("the certificate of {slug} cannot be read"));
        let certificate =
            CertificateDer::from_pem_file(pki.join(format!("{slug}.pem"))).map_err(|_| unread())?;
        let key = PrivateKeyDer::from_pem_file(pki.join(format!("{slug}.key"))).map_err(|_| unread())?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.secret_der());
        Ok(Self { certificates: vec![certificate.to_vec()], key: key.map_err(|_| unread())? })
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
