//! Codes and the value sets that bind them: document types and classes, formats, confidentiality.
//! The tables are data files beside the sources; their origin and version stand in their first lines.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("a code has 1 to 256 characters without spaces at its ends or control characters")]
    Shape,
}

/// A code and the system that defines it. Systems are kept as OIDs where they have one
/// (`2.16.840.1.113883.6.1`), else as their URI.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Coding {
    pub system: String,
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

impl Coding {
    pub fn new(system: &str, code: &str, display: Option<&str>) -> Result<Self, CodeError> {
        let fits = |text: &str| {
            !text.is_empty()
                && text.len() <= 256
                && text.trim() == text
                && !text.chars().any(char::is_control)
        };
        if !fits(system) || !fits(code) {
            return Err(CodeError::Shape);
        }
        Ok(Self {
            system: system_oid(system).to_owned(),
            code: code.to_owned(),
            display: display.map(str::to_owned),
        })
    }

    /// Same system and code; the display says nothing.
    pub fn same(&self, other: &Coding) -> bool {
        self.system == other.system && self.code == other.code
    }

    /// The system as FHIR writes it.
    pub fn system_uri(&self) -> String {
        match SYSTEMS.iter().find(|(oid, _)| *oid == self.system) {
            Some((_, uri)) => (*uri).to_owned(),
            None if self.system.contains(':') => self.system.clone(),
            None if self.system.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
                format!("urn:oid:{}", self.system)
            }
            None => self.system.clone(),
        }
    }
}

/// OIDs of the code systems that have a FHIR address of their own.
const SYSTEMS: &[(&str, &str)] = &[
    (LOINC, "http://loinc.org"),
    (
        TRE_A05,
        "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaireCISIS/FHIR/TRE-A05-TypeDocComplementaireCISIS",
    ),
    (TRE_A03, "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"),
    (
        TRE_A06,
        "https://mos.esante.gouv.fr/NOS/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire",
    ),
    (IHE_FORMAT, "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"),
    (V3_CONFIDENTIALITY, "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"),
    (
        TRE_A07,
        "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
    ),
    (
        "1.2.250.1.213.1.1.4.9",
        "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice",
    ),
    (
        "1.2.250.1.71.4.2.4",
        "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite",
    ),
    (
        "1.2.250.1.213.1.1.4.6",
        "https://mos.esante.gouv.fr/NOS/TRE_A00-ProducteurDocNonPS/FHIR/TRE-A00-ProducteurDocNonPS",
    ),
    ("1.2.250.1.213.2.2", "https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite"),
    ("2.16.840.1.113883.6.96", "http://snomed.info/sct"),
    ("1.2.840.10008.2.16.4", "http://dicom.nema.org/resources/ontology/DCM"),
    ("2.16.840.1.113883.6.3", "http://hl7.org/fhir/sid/icd-10"),
];

/// Other addresses seen in published French examples for the same systems.
const ALIASES: &[(&str, &str)] = &[
    (
        TRE_A07,
        "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument",
    ),
    (IHE_FORMAT, "https://mos.esante.gouv.fr/NOS/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode"),
    (IHE_FORMAT, "https://profiles.ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"),
    (
        TRE_A05,
        "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire",
    ),
    (
        TRE_A03,
        "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument-CISIS/FHIR/TRE-A03-ClasseDocument-CISIS",
    ),
];

pub const LOINC: &str = "2.16.840.1.113883.6.1";
pub const TRE_A05: &str = "1.2.250.1.213.1.1.4.12";
pub const TRE_A03: &str = "1.2.250.1.213.1.1.4.1";
pub const TRE_A06: &str = "1.2.250.1.213.1.1.4.2.282";
pub const TRE_A07: &str = "1.2.250.1.213.1.1.4.13";
pub const IHE_FORMAT: &str = "1.3.6.1.4.1.19376.1.2.3";
pub const V3_CONFIDENTIALITY: &str = "2.16.840.1.113883.5.25";

/// The OID a system's address stands for, or the text itself.
pub fn system_oid(system: &str) -> &str {
    if let Some(oid) = system.strip_prefix("urn:oid:") {
        return oid;
    }
    SYSTEMS.iter().chain(ALIASES).find(|(_, uri)| *uri == system).map_or(system, |(oid, _)| oid)
}

/// The classes documents are filed under (JDV_J57).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ClassCode {
    #[serde(rename = "10")]
    Report,
    #[serde(rename = "11")]
    Synthesis,
    #[serde(rename = "31")]
    Imaging,
    #[serde(rename = "42")]
    Prescription,
    #[serde(rename = "43")]
    Dispensation,
    #[serde(rename = "44")]
    CarePlan,
    #[serde(rename = "45")]
    Treatment,
    #[serde(rename = "52")]
    Certificate,
    #[serde(rename = "60")]
    Reimbursement,
    #[serde(rename = "90")]
    Other,
    #[serde(rename = "95")]
    Administrative,
}

impl ClassCode {
    pub const ALL: [ClassCode; 11] = [
        Self::Report,
        Self::Synthesis,
        Self::Imaging,
        Self::Prescription,
        Self::Dispensation,
        Self::CarePlan,
        Self::Treatment,
        Self::Certificate,
        Self::Reimbursement,
        Self::Other,
        Self::Administrative,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Report => "10",
            Self::Synthesis => "11",
            Self::Imaging => "31",
            Self::Prescription => "42",
            Self::Dispensation => "43",
            Self::CarePlan => "44",
            Self::Treatment => "45",
            Self::Certificate => "52",
            Self::Reimbursement => "60",
            Self::Other => "90",
            Self::Administrative => "95",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Report => "Compte rendu",
            Self::Synthesis => "Synthèse",
            Self::Imaging => "Imagerie médicale",
            Self::Prescription => "Prescription",
            Self::Dispensation => "Dispensation",
            Self::CarePlan => "Plan de soins, protocole de soins",
            Self::Treatment => "Traitement administré",
            Self::Certificate => "Certificat, déclaration",
            Self::Reimbursement => "Données de remboursement",
            Self::Other => "Autre document",
            Self::Administrative => "Document de gestion",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }

    pub fn coding(self) -> Coding {
        Coding { system: TRE_A03.into(), code: self.code().into(), display: Some(self.label().into()) }
    }
}

/// A document type of the value set JDV_J07.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DocumentType {
    pub code: &'static str,
    pub system: &'static str,
    /// None where no class is known: the document enters as "autre document" (requirements, R9).
    pub class: Option<ClassCode>,
    pub label: &'static str,
}

/// By code: no code is in two systems.
static TYPES: LazyLock<HashMap<&'static str, DocumentType>> = LazyLock::new(|| {
    rows(include_str!("../data/types.tsv"))
        .filter_map(|row| match row.as_slice() {
            [code, system, class, label] => {
                let system = match *system {
                    "loinc" => LOINC,
                    "A05" => TRE_A05,
                    other => other,
                };
                let entry = DocumentType { code, system, class: ClassCode::from_code(class), label };
                Some((*code, entry))
            }
            _ => None,
        })
        .collect()
});

static FORMATS: LazyLock<HashMap<&'static str, (&'static str, &'static str)>> = LazyLock::new(|| {
    rows(include_str!("../data/formats.tsv"))
        .filter_map(|row| match row.as_slice() {
            [template, system, code] => {
                Some((*template, (if *system == "A06" { TRE_A06 } else { IHE_FORMAT }, *code)))
            }
            _ => None,
        })
        .collect()
});

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

/// The type as the value set knows it, or none.
pub fn document_type(coding: &Coding) -> Option<&'static DocumentType> {
    TYPES.get(coding.code.as_str()).filter(|entry| entry.system == coding.system)
}

/// Every known type, in the order of their codes.
pub fn document_types() -> Vec<&'static DocumentType> {
    let mut all: Vec<_> = TYPES.values().collect();
    all.sort_by_key(|entry| (entry.class, entry.code));
    all
}

/// The class a document of this type is filed under; "autre document" where none is known.
pub fn class_of(coding: &Coding) -> ClassCode {
    document_type(coding).and_then(|entry| entry.class).unwrap_or(ClassCode::Other)
}

/// The VSM and its kin, which only an attending doctor may feed (rules, W4): the type SYNTH.
pub fn is_vsm(coding: &Coding) -> bool {
    coding.system == TRE_A05 && coding.code == "SYNTH"
}

/// Types kept for holders and representatives (rules, W4).
pub fn is_of_the_holder(coding: &Coding) -> bool {
    let own = coding.code.starts_with("DOCPAT") || coding.code.starts_with("EXPPAT_");
    (coding.system == TRE_A05 && own) || (coding.system == LOINC && coding.code == "74465-6")
}

/// The template of a CDA whose body is a file in base64 (level 1).
pub const LEVEL_1_TEMPLATE: &str = "1.3.6.1.4.1.19376.1.2.20";
/// The format of a document that follows no referenced model.
pub const FALLBACK_FORMAT: &str = "urn:asipSante:modelesHorsProfils:2011";

/// The format code a template calls for (ASS_A11): its system and code.
pub fn format_of_template(template: &str) -> Option<(&'static str, &'static str)> {
    FORMATS.get(template).copied()
}

/// True when some template calls for this format code: a document of another template may not bear it.
pub fn is_template_format(code: &str) -> bool {
    FORMATS.values().any(|(_, known)| *known == code)
}

/// The format of a level 1 CDA, by the media type of the file inside.
pub fn level_1_format(media_type: &str) -> Option<(&'static str, &'static str)> {
    match media_type {
        "application/pdf" => Some((IHE_FORMAT, "urn:ihe:iti:xds-sd:pdf:2008")),
        "text/plain" => Some((IHE_FORMAT, "urn:ihe:iti:xds-sd:text:2008")),
        "image/jpeg" => Some((TRE_A06, "urn:ihe:iti-fr:xds-sd:jpeg:2010")),
        "text/rtf" | "application/rtf" => Some((TRE_A06, "urn:ihe:iti-fr:xds-sd:rtf:2010")),
        "image/tiff" => Some((TRE_A06, "urn:ihe:iti-fr:xds-sd:tiff:2010")),
        _ => None,
    }
}

/// How confidential a document is (JDV_J08, v3-Confidentiality part): N, R or V. N stands in all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Confidentiality {
    #[default]
    #[serde(rename = "N")]
    Normal,
    #[serde(rename = "R")]
    Restricted,
    #[serde(rename = "V")]
    VeryRestricted,
}

impl Confidentiality {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Normal => "N",
            Self::Restricted => "R",
            Self::VeryRestricted => "V",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Normal, Self::Restricted, Self::VeryRestricted].into_iter().find(|level| level.code() == code)
    }
}

impl fmt::Display for ClassCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        assert_eq!(TYPES.len(), 115);
        assert_eq!(TYPES.values().filter(|entry| entry.class.is_some()).count(), 102);
        assert_eq!(FORMATS.len(), 83);
    }

    #[test]
    fn a_type_has_its_class_and_an_unknown_one_is_another_document() {
        let coding = |system, code| Coding::new(system, code, None).unwrap();
        assert_eq!(class_of(&coding("http://loinc.org", "11502-2")), ClassCode::Report);
        assert_eq!(class_of(&coding(TRE_A05, "REMB")), ClassCode::Reimbursement);
        assert_eq!(class_of(&coding(LOINC, "101881-1")), ClassCode::Other);
        assert_eq!(class_of(&coding("urn:oid:1.2.3", "11502-2")), ClassCode::Other);
    }

    #[test]
    fn a_system_has_one_oid_and_one_address() {
        for (oid, uri) in SYSTEMS {
            assert_eq!(system_oid(uri), *oid);
            assert_eq!(Coding::new(uri, "x", None).unwrap().system_uri(), *uri);
        }
    }
}
