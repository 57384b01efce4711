//! The tables a VIHF is checked against. A code that is not here is refused, never taken for another (B14).

use model::ProfessionTable;

/// TRE_R02, sectors of activity.
pub const SECTOR_OID: &str = "1.2.250.1.71.4.2.4";
/// TRE_R248 as software in the field names it, and as it is published now.
pub const PURPOSE_OIDS: [&str; 2] = ["1.2.250.1.213.1.1.4.248", "1.2.250.1.213.1.1.4.336"];
/// TRE_R01, specialties and competences of doctors.
pub const SPECIALTY_OID: &str = "1.2.250.1.71.4.2.5";
/// TRE_G05, sections of the pharmacists' order.
pub const SECTION_OID: &str = "1.2.250.1.71.4.2.6";
/// TRE_R85, roles of those who are known by their role.
pub const ROLE_OID: &str = "1.2.250.1.213.1.6.1.107";
/// TRE_A00, what is no person.
pub const OTHER_OID: &str = "1.2.250.1.213.1.1.4.6";
/// TRE_A07, whose one code here hides a visit from legal representatives.
pub const VISIBILITY_OID: &str = "1.2.250.1.213.1.1.4.13";
pub const HIDDEN_FROM_REPRESENTATIVES: &str = "INVISIBLE_REPRESENTANTS_LEGAUX";

/// Each table of professions: its OID, and its codes that JDV_J65 has.
const PROFESSIONS: [(ProfessionTable, &str, &[&str]); 5] = [
    (
        ProfessionTable::Health,
        "1.2.250.1.71.1.2.7",
        &[
            "10", "21", "26", "28", "31", "32", "35", "36", "37", "38", "39", "40", "50", "60", "69", "70",
            "80", "81", "82", "83", "84", "85", "86", "91", "92", "94", "95", "96", "98",
        ],
    ),
    (ProfessionTable::Training, "1.2.250.1.71.1.2.8", &["10", "21", "40", "50"]),
    (
        ProfessionTable::Social,
        "1.2.250.1.213.1.6.1.4",
        &["41", "42", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53"],
    ),
    (ProfessionTable::Title, "1.2.250.1.213.1.6.1.109", &["71", "72", "73", "93", "97"]),
    (ProfessionTable::Role, "1.2.250.1.213.1.6.1.140", &["99"]),
];

const OTHERS: &[&str] = &["ALIM_AM", "DISPOSITIF", "EXP_PATIENT", "SECRETARIAT_MEDICAL", "AUTOMATE"];

/// Families of specialties and competences of doctors; a number of two or three digits follows.
const SPECIALTIES: &[&str] = &["SM", "C", "CAPA", "CEX", "DEC", "DSM", "PAC", "SST"];
const SECTIONS: &[&str] =
    &["A", "B", "C", "D", "DA", "DM", "E", "EA", "EB", "EC", "ED", "EG", "EH", "G", "H", "M"];

/// The classes of authentication of SAML 2.0, behind their common prefix.
pub const CLASS_PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:";
const CLASSES: &[&str] = &[
    "InternetProtocol",
    "InternetProtocolPassword",
    "Kerberos",
    "MobileOneFactorUnregistered",
    "MobileTwoFactorUnregistered",
    "MobileOneFactorContract",
    "MobileTwoFactorContract",
    "Password",
    "PasswordProtectedTransport",
    "PreviousSession",
    "X509",
    "PGP",
    "SPKI",
    "XMLDSig",
    "Smartcard",
    "SmartcardPKI",
    "SoftwarePKI",
    "Telephony",
    "NomadTelephony",
    "PersonalTelephony",
    "AuthenticatedTelephony",
    "SecureRemotePassword",
    "TLSClient",
    "TimeSyncToken",
    "unspecified",
];

/// The table a profession's code is of.
pub fn profession(system: &str, code: &str) -> Option<ProfessionTable> {
    PROFESSIONS
        .iter()
        .find(|(_, oid, codes)| *oid == system && codes.contains(&code))
        .map(|(table, _, _)| *table)
}

/// The OID of a table of professions.
pub fn profession_oid(table: ProfessionTable) -> &'static str {
    PROFESSIONS.iter().find(|(known, _, _)| *known == table).map_or("", |(_, oid, _)| oid)
}

/// The table that a second role must be of, given the first: none where there must be no second.
pub fn second_table(table: ProfessionTable, code: &str) -> Option<&'static str> {
    match (table, code) {
        (ProfessionTable::Health, "10") => Some(SPECIALTY_OID),
        (ProfessionTable::Health, "21") => Some(SECTION_OID),
        (ProfessionTable::Role, _) => Some(ROLE_OID),
        _ => None,
    }
}

pub fn is_second(table: &str, code: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match table {
        SPECIALTY_OID => SPECIALTIES.iter().any(|family| {
            code.strip_prefix(family).is_some_and(|number| matches!(number.len(), 2 | 3) && digits(number))
        }),
        SECTION_OID => SECTIONS.contains(&code),
        ROLE_OID => code.len() == 3 && code.starts_with('3') && digits(code),
        _ => false,
    }
}

pub fn is_other(code: &str) -> bool {
    OTHERS.contains(&code)
}

/// TRE_R02 as JDV_J02 of December 2024 has it: SA01 to SA69, two numbers never given.
pub fn is_sector(code: &str) -> bool {
    let number = code.strip_prefix("SA").filter(|it| it.len() == 2 && it.bytes().all(|b| b.is_ascii_digit()));
    let number: Option<u8> = number.and_then(|it| it.parse().ok());
    number.is_some_and(|it| (1..=69).contains(&it) && it != 11 && it != 62)
}

pub fn class(uri: &str) -> Option<&str> {
    uri.strip_prefix(CLASS_PREFIX).filter(|class| CLASSES.contains(class))
}
