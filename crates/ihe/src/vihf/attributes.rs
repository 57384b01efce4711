//! The attribute statement: fifteen names, ten of them mandatory, each once and each of its table.

use model::{Coding, Ins, InsAuthority, Profession, Purpose, StructIdNat};
use xml::Node;

use super::assertion::{only_attributes, text};
use super::claims::{Mode, PracticeSoftware, Role, Version};
use super::error::{AttributeFault, VihfError};
use super::{HL7, RESOURCE, SAML, XSI, attribute, codes};

/// What the statement says.
pub(super) struct Read {
    pub version: Version,
    pub mode: Mode,
    pub organisation: StructIdNat,
    pub sector: Coding,
    pub person_name: String,
    pub role: Role,
    pub patient: Option<Ins>,
    pub purpose: Purpose,
    pub hidden_from_representatives: bool,
    pub software: PracticeSoftware,
}

/// Characters of a name or of a reason.
const NAME: usize = 256;

pub(super) fn read(statement: Node<'_>) -> Result<Read, VihfError> {
    let attributes = Attributes::of(statement)?;
    let value = |name, fault| VihfError::Attribute(name, fault);
    let wrong = |name| move |_| value(name, AttributeFault::Value);

    if attributes.text(attribute::RESOURCE)? != RESOURCE {
        return Err(value(attribute::RESOURCE, AttributeFault::Value));
    }
    let version = match attributes.text(attribute::VERSION)?.as_str() {
        "3.0" => Version::V3,
        "4.0" => Version::V4,
        _ => return Err(value(attribute::VERSION, AttributeFault::Value)),
    };
    let mode = match attributes.text(attribute::MODE)?.as_str() {
        "DIRECTE" => Mode::Direct,
        "INDIRECTE" => Mode::Indirect,
        "INDIRECTE_RENFORCEE" => Mode::IndirectReinforced,
        _ => return Err(value(attribute::MODE, AttributeFault::Value)),
    };
    let organisation = attributes.text(attribute::STRUCTURE)?.parse().map_err(wrong(attribute::STRUCTURE))?;
    let patient = match attributes.optional(attribute::PATIENT)? {
        None => None,
        Some(text) => Some(patient(&text).ok_or(value(attribute::PATIENT, AttributeFault::Value))?),
    };
    Ok(Read {
        version,
        mode,
        organisation,
        sector: sector(&attributes.text(attribute::SECTOR)?)?,
        person_name: attributes.text(attribute::SUBJECT)?,
        role: role(&attributes)?,
        patient,
        purpose: purpose(&attributes)?,
        hidden_from_representatives: hidden(&attributes)?,
        software: PracticeSoftware {
            name: attributes.text(attribute::SOFTWARE)?,
            version: attributes.optional(attribute::SOFTWARE_VERSION)?,
            installation: attributes.optional(attribute::SOFTWARE_ID)?,
            homologation: attributes.text(attribute::HOMOLOGATION)?,
        },
    })
}

/// `SA07^1.2.250.1.71.4.2.4`.
fn sector(text: &str) -> Result<Coding, VihfError> {
    const WRONG: VihfError = VihfError::Attribute(attribute::SECTOR, AttributeFault::Value);
    let (code, system) = text.split_once('^').ok_or(WRONG)?;
    if system != codes::SECTOR_OID || !codes::is_sector(code) {
        return Err(WRONG);
    }
    Coding::new(system, code, None).map_err(|_| WRONG)
}

/// `INS^^^&OID&ISO^NH`.
fn patient(text: &str) -> Option<Ins> {
    let (number, rest) = text.split_once("^^^&")?;
    let oid = rest.strip_suffix("&ISO^NH")?;
    Ins::new(InsAuthority::from_oid(oid)?, number).ok()
}

fn role(attributes: &Attributes<'_>) -> Result<Role, VihfError> {
    const WRONG: VihfError = VihfError::Attribute(attribute::ROLE, AttributeFault::Value);
    let coded = attributes.coded(attribute::ROLE, "Role")?;
    let (first, second) = match coded.as_slice() {
        [first] => (first, None),
        [first, second] => (first, Some(second)),
        _ => return Err(VihfError::Attribute(attribute::ROLE, AttributeFault::Form)),
    };
    if first.system == codes::OTHER_OID {
        return if codes::is_other(first.code) && second.is_none() {
            Ok(Role::Other(first.code.to_owned()))
        } else {
            Err(WRONG)
        };
    }
    let table = codes::profession(first.system, first.code).ok_or(WRONG)?;
    let detail = match (codes::second_table(table, first.code), second) {
        (None, None) => None,
        (Some(wanted), Some(second)) if second.system == wanted && codes::is_second(wanted, second.code) => {
            Some(second.code.to_owned())
        }
        _ => return Err(WRONG),
    };
    Ok(Role::Profession { profession: Profession { table, code: first.code.to_owned() }, detail })
}

fn purpose(attributes: &Attributes<'_>) -> Result<Purpose, VihfError> {
    const WRONG: VihfError = VihfError::Attribute(attribute::PURPOSE, AttributeFault::Value);
    let coded = attributes.coded(attribute::PURPOSE, "PurposeOfUse")?;
    let [purpose] = coded.as_slice() else {
        return Err(VihfError::Attribute(attribute::PURPOSE, AttributeFault::Form));
    };
    if !codes::PURPOSE_OIDS.contains(&purpose.system) {
        return Err(WRONG);
    }
    let reason = attributes.optional(attribute::REASON)?;
    match (purpose.code, reason) {
        ("normal", None) => Ok(Purpose::Normal),
        ("centre_15", None) => Ok(Purpose::Regulation),
        ("bris_de_glace", Some(reason)) => Ok(Purpose::BreakGlass { reason }),
        // H06: an emergency says why; and a reason for anything else is a contradiction.
        ("bris_de_glace", None) => Err(VihfError::Attribute(attribute::REASON, AttributeFault::Missing)),
        ("normal" | "centre_15", Some(_)) => {
            Err(VihfError::Attribute(attribute::REASON, AttributeFault::Value))
        }
        _ => Err(WRONG),
    }
}

/// One code, as text with or without its system, or as a coded element.
fn hidden(attributes: &Attributes<'_>) -> Result<bool, VihfError> {
    const WRONG: VihfError = VihfError::Attribute(attribute::CONFIDENTIALITY, AttributeFault::Value);
    let Some(values) = attributes.find(attribute::CONFIDENTIALITY) else { return Ok(false) };
    let [value] = values else { return Err(WRONG) };
    let fits = if value.children().next().is_some() {
        let coded = coded(*value, attribute::CONFIDENTIALITY, &["ConfidentialityCode", "Code"])?;
        coded.code == codes::HIDDEN_FROM_REPRESENTATIVES && coded.system == codes::VISIBILITY_OID
    } else {
        let said = text(*value, attribute::CONFIDENTIALITY)?;
        let (code, system) = said.split_once('^').unwrap_or((&said, codes::VISIBILITY_OID));
        code == codes::HIDDEN_FROM_REPRESENTATIVES && system == codes::VISIBILITY_OID
    };
    if fits { Ok(true) } else { Err(WRONG) }
}

/// The values of each attribute by its name in our table.
struct Attributes<'a>(Vec<(&'static str, Vec<Node<'a>>)>);

struct Coded<'a> {
    code: &'a str,
    system: &'a str,
}

impl<'a> Attributes<'a> {
    fn of(statement: Node<'a>) -> Result<Self, VihfError> {
        only_attributes(statement, &[])?;
        if statement.has_own_text() {
            return Err(VihfError::Grammar("AttributeStatement"));
        }
        let mut found: Vec<(&'static str, Vec<Node<'a>>)> = Vec::new();
        for node in statement.children() {
            if !node.is(SAML, "Attribute") || node.has_own_text() {
                return Err(VihfError::Grammar("AttributeStatement"));
            }
            only_attributes(node, &["Name", "NameFormat", "FriendlyName"])?;
            let written = node.attribute("Name").unwrap_or_default();
            let known = attribute::MANDATORY.into_iter().chain(attribute::OPTIONAL);
            let name = known.into_iter().find(|it| *it == written).ok_or(VihfError::UnknownAttribute)?;
            if found.iter().any(|(other, _)| *other == name) {
                return Err(VihfError::Attribute(name, AttributeFault::Twice));
            }
            let values: Vec<Node<'a>> = node.children().take(3).collect();
            let fit = |value: &Node<'_>| {
                value.is(SAML, "AttributeValue")
                    && value.attributes().all(|it| it.namespace == XSI && it.local == "type")
            };
            if values.is_empty() || values.len() > 2 || !values.iter().all(fit) {
                return Err(VihfError::Attribute(name, AttributeFault::Form));
            }
            found.push((name, values));
        }
        match attribute::MANDATORY.iter().find(|name| !found.iter().any(|(known, _)| known == *name)) {
            Some(name) => Err(VihfError::Attribute(name, AttributeFault::Missing)),
            None => Ok(Self(found)),
        }
    }

    fn find(&self, name: &str) -> Option<&[Node<'a>]> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, values)| values.as_slice())
    }

    fn text(&self, name: &'static str) -> Result<String, VihfError> {
        self.optional(name)?.ok_or(VihfError::Attribute(name, AttributeFault::Missing))
    }

    fn optional(&self, name: &'static str) -> Result<Option<String>, VihfError> {
        let form = VihfError::Attribute(name, AttributeFault::Form);
        match self.find(name) {
            None => Ok(None),
            Some([value]) => {
                let text = text(*value, name).map_err(|_| form)?;
                if text.chars().count() > NAME { Err(form) } else { Ok(Some(text)) }
            }
            Some(_) => Err(form),
        }
    }

    fn coded(&self, name: &'static str, local: &'static str) -> Result<Vec<Coded<'a>>, VihfError> {
        let values = self.find(name).ok_or(VihfError::Attribute(name, AttributeFault::Missing))?;
        values.iter().map(|value| coded(*value, name, &[local])).collect()
    }
}

/// `<Role xmlns="urn:hl7-org:v3" xsi:type="CE" code="…" codeSystem="…" …/>` and nothing else in the value.
fn coded<'a>(value: Node<'a>, name: &'static str, locals: &[&str]) -> Result<Coded<'a>, VihfError> {
    let form = VihfError::Attribute(name, AttributeFault::Form);
    let children: Vec<Node<'a>> = value.children().take(2).collect();
    let [element] = children.as_slice() else { return Err(form) };
    let (namespace, local) = element.name();
    let known = |it: xml::Attribute<'_>| {
        let typed = it.namespace == XSI && it.local == "type";
        let own = ["code", "codeSystem", "codeSystemName", "codeSystemVersion", "displayName"];
        typed || (it.namespace.is_empty() && own.contains(&it.local))
    };
    let fits = namespace == HL7
        && locals.contains(&local)
        && !value.has_own_text()
        && element.attributes().all(known)
        && element.children().next().is_none()
        && element.text().trim().is_empty();
    let required = |attribute| element.attribute(attribute).filter(|it| !it.is_empty());
    match (fits, required("code"), required("codeSystem")) {
        (true, Some(code), Some(system)) => Ok(Coded { code, system }),
        _ => Err(form),
    }
}
