//! Every operation of these doors, once: what asks for it, what answers, where it is served and how its refusals are
//! said. A new one is a row here and an arm in `talk`.

use ihe::dmp::{AUTHORISATIONS, PATIENTS};
use ihe::hl7v3::{GDP, HL7};
use ihe::soap::Operation;

use super::Service;

/// What a message asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asks {
    /// ITI-41
    Provide,
    /// ITI-18
    Query,
    /// ITI-43
    Retrieve,
    /// ITI-57
    Update,
    /// ITI-42
    Register,
    /// TD0.2, TD1.3
    Demographics,
    /// TD0.3
    SetAuthorisation,
    /// TD0.5
    Candidates,
    /// TD1.1
    Create,
    /// TD1.2, TD1.3
    Revise,
    /// TD1.5
    OpenAccess,
    /// TD1.5
    NewSecrets,
    /// TD1.5
    CodeChannel,
    /// TD0.4
    ListPatients,
    /// TD1.6
    ListAuthorised,
}

/// How what `record` refuses is said where the transaction itself did not say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refuses {
    RegistryResponse,
    QueryResponse,
    RetrieveResponse,
    /// It has no table of errors.
    Fault,
}

/// A row of the table.
pub(super) struct Row {
    pub(super) asks: Asks,
    pub(super) wire: Operation,
    pub(super) served: &'static [Service],
    pub(super) refuses: Refuses,
    /// In the WSDL: its name, where it is not another name of one that is there, and the element that answers.
    pub(super) name: &'static str,
    pub(super) answers: (&'static str, &'static str),
}

pub(super) const XDS_B: &str = "urn:ihe:iti:xds-b:2007";
const LCM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0";
const QUERY: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0";
const RS: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0";

/// Action of the request, of the answer, element of the request.
const fn wire(action: &'static str, reply: &'static str, body: (&'static str, &'static str)) -> Operation {
    Operation { action, reply, body }
}

/// The names of some actions are ours: no client that could be read says them (docs/conformance.md).
pub(super) static TABLE: [Row; 16] = [
    Row {
        asks: Asks::Provide,
        wire: wire(
            "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b",
            "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse",
            (XDS_B, "ProvideAndRegisterDocumentSetRequest"),
        ),
        served: &[Service::FeedRepository],
        refuses: Refuses::RegistryResponse,
        name: "ProvideAndRegisterDocumentSet",
        answers: (RS, "RegistryResponse"),
    },
    Row {
        asks: Asks::Query,
        wire: wire(
            "urn:ihe:iti:2007:RegistryStoredQuery",
            "urn:ihe:iti:2007:RegistryStoredQueryResponse",
            (QUERY, "AdhocQueryRequest"),
        ),
        served: &[Service::CareRegistry, Service::FeedRegistry],
        refuses: Refuses::QueryResponse,
        name: "RegistryStoredQuery",
        answers: (QUERY, "AdhocQueryResponse"),
    },
    Row {
        asks: Asks::Retrieve,
        wire: wire(
            "urn:ihe:iti:2007:RetrieveDocumentSet",
            "urn:ihe:iti:2007:RetrieveDocumentSetResponse",
            (XDS_B, "RetrieveDocumentSetRequest"),
        ),
        served: &[Service::CareRepository],
        refuses: Refuses::RetrieveResponse,
        name: "RetrieveDocumentSet",
        answers: (XDS_B, "RetrieveDocumentSetResponse"),
    },
    Row {
        asks: Asks::Update,
        wire: wire(
            "urn:ihe:iti:2010:UpdateDocumentSet",
            "urn:ihe:iti:2010:UpdateDocumentSetResponse",
            (LCM, "SubmitObjectsRequest"),
        ),
        served: &[Service::CareRegistry, Service::FeedRegistry],
        refuses: Refuses::RegistryResponse,
        name: "UpdateDocumentSet",
        answers: (RS, "RegistryResponse"),
    },
    Row {
        asks: Asks::Register,
        wire: wire(
            "urn:ihe:iti:2007:RegisterDocumentSet-b",
            "urn:ihe:iti:2007:RegisterDocumentSet-bResponse",
            (LCM, "SubmitObjectsRequest"),
        ),
        served: &[Service::FeedRegistry],
        refuses: Refuses::RegistryResponse,
        name: "",
        answers: (RS, "RegistryResponse"),
    },
    Row {
        asks: Asks::Demographics,
        wire: wire(
            "urn:hl7-org:v3:PRPA_IN201307UV02",
            "urn:hl7-org:v3:PRPA_IN201308UV02",
            (HL7, "PRPA_IN201307UV02"),
        ),
        served: &[Service::CarePatients, Service::FeedPatients],
        refuses: Refuses::Fault,
        name: "PatientDemographics",
        answers: (HL7, "PRPA_IN201308UV02"),
    },
    Row {
        asks: Asks::SetAuthorisation,
        wire: wire(
            "urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization",
            "urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorizationResponse",
            (AUTHORISATIONS, "setAuthorization"),
        ),
        served: &[Service::CareAuthorisations],
        refuses: Refuses::Fault,
        name: "SetAuthorization",
        answers: (AUTHORISATIONS, "setAuthorizationResponse"),
    },
    Row {
        asks: Asks::ListPatients,
        wire: wire(
            "urn:si-dmp-patients:PatientSpecificEndPoint:patientList",
            "urn:si-dmp-patients:PatientSpecificEndPoint:patientListResponse",
            (PATIENTS, "patientList"),
        ),
        served: &[Service::CarePatients],
        refuses: Refuses::Fault,
        name: "PatientList",
        answers: (PATIENTS, "patientListResponse"),
    },
    Row {
        asks: Asks::ListAuthorised,
        wire: wire(
            "urn:si-dmp-habilitations:HabilitationsEndPoint:listAuthorizationByPatient",
            "urn:si-dmp-habilitations:HabilitationsEndPoint:listAuthorizationByPatientResponse",
            (AUTHORISATIONS, "listAuthorizationByPatient"),
        ),
        served: &[Service::CareAuthorisations],
        refuses: Refuses::Fault,
        name: "ListAuthorizationByPatient",
        answers: (AUTHORISATIONS, "listAuthorizationByPatientResponse"),
    },
    Row {
        asks: Asks::Candidates,
        wire: wire(
            "urn:ihe:iti:pdqv3:2007:PDQSupplier_Service:findCandidatesQuery",
            "urn:ihe:iti:pdqv3:2007:PDQSupplier_Service:findCandidatesQueryResponse",
            (HL7, "PRPA_IN201305UV02"),
        ),
        served: &[Service::CarePatients],
        refuses: Refuses::Fault,
        name: "FindCandidates",
        answers: (HL7, "PRPA_IN201306UV02"),
    },
    // the same by the name ITI-47 gives it
    Row {
        asks: Asks::Candidates,
        wire: wire(
            "urn:hl7-org:v3:PRPA_IN201305UV02",
            "urn:hl7-org:v3:PRPA_IN201306UV02",
            (HL7, "PRPA_IN201305UV02"),
        ),
        served: &[Service::CarePatients],
        refuses: Refuses::Fault,
        name: "",
        answers: (HL7, "PRPA_IN201306UV02"),
    },
    Row {
        asks: Asks::Create,
        wire: wire(
            "urn:hl7-org:v3:PRPA_IN201311UV02",
            "urn:hl7-org:v3:PRPA_IN201311UV02_Response",
            (HL7, "PRPA_IN201311UV02"),
        ),
        served: &[Service::CarePatients, Service::FeedPatients],
        refuses: Refuses::Fault,
        name: "CreateRecord",
        answers: (GDP, "PRPA_IN201311UV02_Response"),
    },
    Row {
        asks: Asks::Revise,
        wire: wire(
            "urn:hl7-org:v3:PRPA_IN201314UV02",
            "urn:hl7-org:v3:PRPA_IN201314UV02_Response",
            (HL7, "PRPA_IN201314UV02"),
        ),
        served: &[Service::CarePatients],
        refuses: Refuses::Fault,
        name: "ReviseRecord",
        answers: (GDP, "PRPA_IN201314UV02_Response"),
    },
    Row {
        asks: Asks::OpenAccess,
        wire: wire(
            "urn:si-dmp-patients:PatientSpecificEndPoint:createPatientAccess",
            "urn:si-dmp-patients:PatientSpecificEndPoint:createPatientAccessResponse",
            (PATIENTS, "createPatientAccess"),
        ),
        served: &[Service::CarePatients],
        refuses: Refuses::Fault,
        name: "CreatePatientAccess",
        answers: (PATIENTS, "createPatientAccessResponse"),
    },
    Row {
        asks: Asks::NewSecrets,
        wire: wire(
            "urn:si-dmp-patients:PatientSpecificEndPoint:updatePatientAccess",
            "urn:si-dmp-patients:PatientSpecificEndPoint:updatePatientAccessResponse",
            (PATIENTS, "updatePatientAccess"),
        ),
        served: &[Service::CarePatients],
        refuses: Refuses::Fault,
        name: "UpdatePatientAccess",
        answers: (PATIENTS, "updatePatientAccessResponse"),
    },
    Row {
        asks: Asks::CodeChannel,
        wire: wire(
            "urn:si-dmp-patients:PatientSpecificEndPoint:patientOTPUpdate",
            "urn:si-dmp-patients:PatientSpecificEndPoint:patientOTPUpdateResponse",
            (PATIENTS, "patientOTPUpdate"),
        ),
        served: &[Service::CarePatients],
        refuses: Refuses::Fault,
        name: "PatientOTPUpdate",
        answers: (PATIENTS, "patientOTPUpdateResponse"),
    },
];

impl Service {
    /// What it answers to.
    pub(super) fn rows(self) -> impl Iterator<Item = &'static Row> {
        TABLE.iter().filter(move |row| row.served.contains(&self))
    }
}
