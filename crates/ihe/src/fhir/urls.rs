//! The addresses profiles, extensions and code systems are known by. Each stands here once.

pub const PDSM_DOCUMENT: &str =
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference";
pub const PDSM_SIMPLIFIED: &str =
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish";
pub const PDSM_SET: &str =
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive";
pub const IS_ARCHIVED: &str =
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
pub const PDSM_RECIPIENT: &str =
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-intended-recipient";

pub const IHE_RECIPIENT: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-intendedRecipient";
pub const DESIGNATION_TYPE: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType";
pub const SOURCE_ID: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId";
pub const SOURCE_PATIENT_ID: &str =
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourcePatientId";
pub const AUTHOR_ORG: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg";
pub const LIST_TYPES: &str = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes";

pub const FR_IDENTIFIER_TYPES: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203";
pub const FR_PATIENT_INS: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins";
pub const FR_RELIABILITY: &str =
    "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability";
pub const FR_RELIABILITY_CODES: &str =
    "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-reliability";
pub const FR_BIRTH_GIVEN_NAMES: &str =
    "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name";
pub const FR_INSEE_CODE: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code";
pub const INSEE_CODES: &str = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM";
pub const BIRTH_PLACE: &str = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";

pub const DMP_CLOSING: &str = "https://interop.esante.gouv.fr/ig/fhir/dmp/StructureDefinition/dmp-fermeture";
pub const DMP_CLOSING_REASONS: &str =
    "https://interop.esante.gouv.fr/ig/fhir/dmp/CodeSystem/dmp-motif-fermeture";
pub const DMP_ATTENDING: &str =
    "https://interop.esante.gouv.fr/ig/fhir/dmp/StructureDefinition/dmp-medecin-traitant";

/// What nothing standard exists for is defined under this address; it names, it is not fetched.
pub const OWN: &str = "https://carnet.example/fhir";
/// Ours: what a reader must know of a document besides its status.
pub const FLAGS: &str = "urn:carnet:document-flag";
