//! From a file to what is said of it: a CDA says it itself, any other file by the NAME.json beside it. What cannot be
//! said yet, or cannot be true, is told before anything is sent.

use std::path::Path;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use clinical::{CdaAuthor, CdaError, CdaForm, CdaHeader, CdaLevel, Coded, InstanceIdentifier, Unreadable};
use ihe::fhir::date;
use ihe::hl7v3::time;
use jiff::Timestamp;
use model::code::{self, FALLBACK_FORMAT, TRE_A05, TRE_A06};
use model::people::PS_IDNAT_OID;
use model::{
    Author, Coding, Confidentiality, Description, Ins, InsAuthority, Sex, SourcePatient, UniqueId, Visibility,
};

use super::cause::{Cause, Why};
use super::derive;
use super::house::House;
use super::sidecar::{Sidecar, SidecarPatient};

/// The largest file the kit takes; the door takes 128 MiB of request, a third of it base64's.
const BYTES_MAX: u64 = 64 << 20;
const SECTORS: &str = "1.2.250.1.71.4.2.4";
const SETTINGS: &str = "1.2.250.1.213.1.1.4.9";

/// What holds for all documents of a house, where none says otherwise.
pub struct Settings {
    pub house: House,
    /// Kind of establishment, TRE_R02.
    pub sector: Option<String>,
    /// Setting of practice, TRE_A01.
    pub setting: String,
}

/// A document, and all that is said of it.
pub struct Draft {
    pub ins: Ins,
    pub description: Description,
    pub visibility: Visibility,
    /// Said by a sidecar: it must be there.
    pub replaces: Option<UniqueId>,
    /// Said by a CDA: it may never have been sent.
    pub succeeds: Option<UniqueId>,
    pub bytes: Vec<u8>,
}

/// Why there is no draft, and whom it was about where that is known.
pub struct Unready {
    pub causes: Vec<Cause>,
    pub patient: Option<String>,
}

impl<C: Into<Cause>> From<C> for Unready {
    fn from(cause: C) -> Self {
        Self { causes: vec![cause.into()], patient: None }
    }
}

/// The kinds of file the kit takes, by the ends of their names.
pub fn is_taken(file: &Path) -> bool {
    media_type(file).is_some()
}

fn media_type(file: &Path) -> Option<&'static str> {
    match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "xml" => Some("text/xml"),
        "pdf" => Some("application/pdf"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "txt" => Some("text/plain"),
        _ => None,
    }
}

pub fn needs_sidecar(file: &Path) -> bool {
    media_type(file) != Some("text/xml")
}

/// Reads a file and what is said of it.
pub fn draft(file: &Path, settings: &Settings) -> Result<Draft, Unready> {
    let media_type = media_type(file).ok_or(Why::FileType)?;
    let length = std::fs::metadata(file).map_err(|_| Why::Gone)?.len();
    if length > BYTES_MAX {
        return Err(Why::TooLarge.into());
    }
    let bytes = std::fs::read(file).map_err(|_| Why::Gone)?;
    let is_cda = media_type == "text/xml";
    let checked = match clinical::check(media_type, &bytes) {
        Ok(checked) => checked,
        Err(Unreadable::Cda(CdaError::NoIns { .. })) => return Err(Why::NoIns.into()),
        Err(Unreadable::Cda(CdaError::SeveralIns { .. })) => {
            return Err(Cause::with(Why::BadIns, "several").into());
        }
        Err(fault) => return Err(Cause::with(Why::DoesNotOpen, fault).into()),
    };
    let sidecar = Sidecar::of(file, is_cda)?;
    match (checked.cda, sidecar) {
        (Some(header), sidecar) => cda(&header, bytes, sidecar.unwrap_or_default(), settings),
        (None, _) if is_cda => Err(Cause::with(Why::FileType, "XML that is no CDA").into()),
        (None, None) => Err(Why::NoSidecar.into()),
        (None, Some(sidecar)) => described(media_type, bytes, &sidecar, settings),
    }
}

fn cda(header: &CdaHeader, bytes: Vec<u8>, sidecar: Sidecar, settings: &Settings) -> Result<Draft, Unready> {
    let patient = &header.patient;
    let shown = shown(patient.birth_name.as_deref(), patient.first_given.as_deref());
    let about = |cause: Cause| Unready { causes: vec![cause], patient: shown.clone() };
    let bad = |detail: &str| about(Cause::with(Why::NotItsDescription, detail));
    let number = patient.ins.extension.as_deref().unwrap_or_default();
    let ins = Ins::from_identifier(&patient.ins.root, number)
        .map_err(|fault| about(Cause::with(Why::BadIns, fault)))?;
    let around =
        clinical::cda::circumstances(&bytes).map_err(|fault| about(Cause::with(Why::DoesNotOpen, fault)))?;
    let created = at(&header.effective_time).ok_or_else(|| bad("effectiveTime is no day"))?;
    let start = header.service_start.as_deref().and_then(at).unwrap_or(created);
    let coding = |it: &Coded| Coding::new(&it.system, &it.code, it.display.as_deref()).ok();
    let kind = coding(&header.code).ok_or_else(|| bad("code"))?;
    let unique_id = |id: &InstanceIdentifier| UniqueId::from_root(&id.root, id.extension.as_deref());
    let authors = header.authors.iter().map(|it| author(it, &settings.house)).collect();
    let custodian = Author {
        organisation_id: header.custodian.ids.first().map(pair),
        organisation_name: header.custodian.name.clone(),
        ..Author::default()
    };
    let description = Description {
        unique_id: unique_id(&header.id).map_err(|fault| bad(&fault.to_string()))?,
        title: header.title.clone().unwrap_or_else(|| label(&kind).to_owned()),
        format: format(header),
        mime_type: match header.form {
            CdaForm::Plain => "text/xml",
            CdaForm::SelfPresenting => "application/xslt+xml",
        }
        .to_owned(),
        language: header.language.clone().unwrap_or_else(|| "fr-FR".to_owned()),
        confidentiality: header
            .confidentiality
            .as_deref()
            .and_then(Confidentiality::from_code)
            .unwrap_or_default(),
        created,
        service_start: start,
        service_stop: header.service_stop.as_deref().and_then(at).filter(|it| *it >= start),
        facility_type: around
            .facility
            .as_ref()
            .filter(|_| sidecar.sector.is_none())
            .and_then(coding)
            .map_or_else(|| sector(&sidecar, settings), Ok)
            .map_err(about)?,
        practice_setting: around
            .practice_setting
            .as_ref()
            .filter(|_| sidecar.setting.is_none())
            .and_then(coding)
            .map_or_else(|| setting(&sidecar, settings), Ok)
            .map_err(about)?,
        events: around.acts.iter().filter_map(coding).collect(),
        authors,
        authenticator: around.authenticator.as_ref().map(|it| Author {
            organisation_id: it.organization_ids.first().map(pair),
            organisation_name: it.organization.clone(),
            ..author(it, &settings.house)
        }),
        custodian: Some(custodian),
        source_patient: SourcePatient {
            ids: vec![(ins.system(), ins.matricule().to_owned())],
            family: patient.birth_name.clone(),
            given: patient.first_given.iter().cloned().collect(),
            birth_date: patient.birth_date,
            sex: patient.sex,
        },
        type_code: kind,
        ..plain(&bytes, created, sidecar.comments.clone())
    };
    let succeeds = header.replaces.as_ref().and_then(|it| unique_id(it).ok());
    finish(ins, description, &sidecar, succeeds, bytes).map_err(about)
}

fn described(
    media_type: &str,
    bytes: Vec<u8>,
    sidecar: &Sidecar,
    settings: &Settings,
) -> Result<Draft, Unready> {
    let patient = &sidecar.patient;
    let shown = shown(patient.birth_name.as_deref(), patient.first_given.as_deref());
    let about = |cause: Cause| Unready { causes: vec![cause], patient: shown.clone() };
    let (ins, source_patient) = identity(patient).map_err(about)?;
    let missing = |name: &str| about(Cause::with(Why::SidecarUnreadable, format!("`{name}` is missing")));
    let code = sidecar.kind.as_deref().ok_or_else(|| missing("type"))?;
    let known = code::document_types().into_iter().find(|it| it.code == code);
    let known = known.ok_or_else(|| about(Why::TypeUnknown.into()))?;
    let kind =
        Coding { system: known.system.into(), code: known.code.into(), display: Some(known.label.into()) };
    let instant = |name: &str, text: &Option<String>| match text.as_deref() {
        None => Ok(None),
        Some(text) => date::instant(text).map(Some).ok_or_else(|| {
            about(Cause::with(
                Why::SidecarUnreadable,
                format!("`{name}` is not a time as 2026-11-20T10:00:00+01:00"),
            ))
        }),
    };
    let created = instant("created", &sidecar.created)?.ok_or_else(|| missing("created"))?;
    let author = sidecar.author.as_ref().ok_or_else(|| missing("author"))?;
    let author = Author {
        person_id: author.id.clone().map(|id| (format!("urn:oid:{PS_IDNAT_OID}"), id)),
        family: Some(author.family.clone().ok_or_else(|| missing("author.family"))?),
        given: author.given.clone(),
        organisation_id: settings.house.as_organisation(),
        ..Author::default()
    };
    let house = settings.house.id();
    let unique_id =
        UniqueId::Uuid(derive(&[b"document", house.as_bytes(), ins.canonical().as_bytes(), &bytes]));
    let description = Description {
        unique_id,
        type_code: kind,
        format: Coding { system: TRE_A06.into(), code: FALLBACK_FORMAT.into(), display: None },
        mime_type: media_type.to_owned(),
        title: sidecar.title.clone().ok_or_else(|| missing("title"))?,
        service_start: instant("started", &sidecar.started)?.unwrap_or(created),
        service_stop: instant("ended", &sidecar.ended)?,
        facility_type: sector(sidecar, settings).map_err(about)?,
        practice_setting: setting(sidecar, settings).map_err(about)?,
        authors: vec![author.clone()],
        authenticator: Some(author),
        custodian: Some(settings.house.as_custodian()),
        source_patient,
        ..plain(&bytes, created, sidecar.comments.clone())
    };
    finish(ins, description, sidecar, None, bytes).map_err(about)
}

/// Only a qualified INS is ever transmitted (référentiel INS).
fn identity(said: &SidecarPatient) -> Result<(Ins, SourcePatient), Cause> {
    let number = said.ins.as_deref().ok_or(Why::NoIns)?;
    let authority = said.authority.as_deref().unwrap_or(InsAuthority::Nir.oid());
    let ins = Ins::from_identifier(authority, number).map_err(|fault| Cause::with(Why::BadIns, fault))?;
    if !said.qualified {
        return Err(Why::NotQualified.into());
    }
    let missing = |name: &str| Cause::with(Why::TraitsMissing, name);
    let sex = match said.sex.as_deref() {
        Some("F") => Sex::Female,
        Some("M") => Sex::Male,
        _ => return Err(missing("sex: F or M")),
    };
    let source = SourcePatient {
        ids: vec![(ins.system(), ins.matricule().to_owned())],
        family: Some(said.birth_name.clone().ok_or_else(|| missing("birth_name"))?),
        given: vec![said.first_given.clone().ok_or_else(|| missing("first_given"))?],
        birth_date: Some(said.birth_date.ok_or_else(|| missing("birth_date"))?),
        sex: Some(sex),
    };
    Ok((ins, source))
}

/// What is left to say where nothing more is known.
fn plain(bytes: &[u8], created: Timestamp, comments: Option<String>) -> Description {
    let nothing = || Coding { system: TRE_A05.into(), code: String::new(), display: None };
    let mut hash = [0; 20];
    hash.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
    Description {
        unique_id: UniqueId::Uuid(derive(&[bytes])),
        identifiers: Vec::new(),
        type_code: nothing(),
        format: nothing(),
        mime_type: String::new(),
        language: "fr-FR".into(),
        title: String::new(),
        comments,
        confidentiality: Confidentiality::Normal,
        created,
        service_start: created,
        service_stop: None,
        facility_type: nothing(),
        practice_setting: nothing(),
        events: Vec::new(),
        authors: Vec::new(),
        authenticator: None,
        custodian: None,
        source_patient: SourcePatient::default(),
        references: Vec::new(),
        hash,
        size: bytes.len() as u64,
    }
}

fn finish(
    ins: Ins,
    description: Description,
    sidecar: &Sidecar,
    succeeds: Option<UniqueId>,
    bytes: Vec<u8>,
) -> Result<Draft, Cause> {
    let mut visibility = Visibility::default();
    if sidecar.visibility.iter().any(|code| !visibility.add(code)) {
        return Err(Cause::with(Why::SidecarUnreadable, "`visibility` holds a code it does not have"));
    }
    let replaces = match sidecar.replaces.as_deref().map(UniqueId::from_urn) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(fault)) => return Err(Cause::with(Why::SidecarUnreadable, format!("`replaces`: {fault}"))),
    };
    Ok(Draft { ins, description, visibility, replaces, succeeds, bytes })
}

fn sector(sidecar: &Sidecar, settings: &Settings) -> Result<Coding, Cause> {
    let code = sidecar.sector.as_deref().or(settings.sector.as_deref()).ok_or(Why::SectorMissing)?;
    Coding::new(SECTORS, code, None).map_err(|fault| Cause::with(Why::SidecarUnreadable, fault))
}

fn setting(sidecar: &Sidecar, settings: &Settings) -> Result<Coding, Cause> {
    let code = sidecar.setting.as_deref().unwrap_or(&settings.setting);
    Coding::new(SETTINGS, code, None).map_err(|fault| Cause::with(Why::SidecarUnreadable, fault))
}

/// The format its template calls for (ASS_A11), or the fallback.
fn format(header: &CdaHeader) -> Coding {
    let level_1 = match &header.level {
        CdaLevel::One { media_type, .. } => code::level_1_format(media_type),
        CdaLevel::Three => None,
    };
    let of_template = || header.template_ids.iter().find_map(|it| code::format_of_template(&it.root));
    let (system, code) = level_1.or_else(of_template).unwrap_or((TRE_A06, FALLBACK_FORMAT));
    Coding { system: system.into(), code: code.into(), display: None }
}

/// The author as the document has them, working for the house that sends.
fn author(said: &CdaAuthor, house: &House) -> Author {
    let id = said.ids.iter().find(|it| it.root == PS_IDNAT_OID).or(said.ids.first());
    let own = house.as_organisation();
    let is_own = own.as_ref().is_some_and(|(_, id)| {
        said.organization_ids.iter().any(|it| it.extension.as_deref() == Some(id.as_str()))
    });
    let specialty = said.specialty.as_ref();
    Author {
        person_id: id.map(pair),
        family: said.family.clone(),
        given: said.given.clone(),
        specialty: specialty.and_then(|it| Coding::new(&it.system, &it.code, it.display.as_deref()).ok()),
        organisation_name: said.organization.clone().filter(|_| is_own),
        organisation_id: own,
        ..Author::default()
    }
}

fn pair(id: &InstanceIdentifier) -> (String, String) {
    match &id.extension {
        Some(extension) => (format!("urn:oid:{}", id.root), extension.clone()),
        None => (model::oid::RFC_3986.to_owned(), format!("urn:oid:{}", id.root)),
    }
}

fn label(kind: &Coding) -> &str {
    code::document_type(kind).map(|it| it.label).or(kind.display.as_deref()).unwrap_or("Document")
}

fn at(text: &str) -> Option<Timestamp> {
    time::instant(text).map(|it| it.timestamp())
}

fn shown(family: Option<&str>, given: Option<&str>) -> Option<String> {
    let name: Vec<_> = [family, given].into_iter().flatten().collect();
    (!name.is_empty()).then(|| name.join(" "))
}

impl Draft {
    /// Whom it is about, for `--names`.
    pub fn patient(&self) -> String {
        let source = &self.description.source_patient;
        let name = shown(source.family.as_deref(), source.given.first().map(String::as_str));
        format!("{} {}", name.unwrap_or_default(), self.ins.matricule()).trim().to_owned()
    }
}
