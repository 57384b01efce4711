//! One object's attributes by their XDS names: what is read out of slots, classifications and identifiers, each
//! at most once where XDS says so. Errors name the attribute, as `DocumentEntry[1].typeCode`.

use jiff::Timestamp;
use model::{Coding, UniqueId};

use super::error::{ErrorCode, Read, RegistryError};
use super::hl7;
use crate::ebrim::{Classification, RegistryObject};

pub(super) struct Attributes<'a> {
    pub object: &'a RegistryObject,
    /// `DocumentEntry[1]`.
    pub label: &'a str,
}

impl<'a> Attributes<'a> {
    pub fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.label)
    }

    pub fn wrong<T>(&self, name: &str, says: &str) -> Read<T> {
        Err(RegistryError::metadata(self.at(name), says).into())
    }

    fn missing(&self, name: &str) -> RegistryError {
        RegistryError::metadata(self.at(name), "this attribute is required")
    }

    pub fn need<T>(&self, name: &str, found: Option<T>) -> Read<T> {
        found.ok_or_else(|| self.missing(name).into())
    }

    /// The one value of a slot.
    pub fn one(&self, name: &str) -> Read<Option<&'a str>> {
        match self.object.slot(name).map(|it| it.values.as_slice()) {
            None | Some([]) => Ok(None),
            Some([value]) if value.is_empty() => self.wrong(name, "the value is empty"),
            Some([value]) => Ok(Some(value)),
            Some(_) => self.wrong(name, "one value is expected"),
        }
    }

    pub fn many(&self, name: &str) -> &'a [String] {
        self.object.slot(name).map(|it| it.values.as_slice()).unwrap_or_default()
    }

    pub fn time(&self, name: &str) -> Read<Option<Timestamp>> {
        match self.one(name)? {
            None => Ok(None),
            Some(text) => match hl7::time(text) {
                Some(at) => Ok(Some(at)),
                None => self.wrong(name, "a time is YYYY[MM[DD[hh[mm[ss]]]]] in UTC"),
            },
        }
    }

    pub fn classifications(&self, scheme: &'a str) -> impl Iterator<Item = &'a Classification> {
        self.object.classifications.iter().filter(move |it| it.scheme.as_deref() == Some(scheme))
    }

    pub fn codes(&self, name: &str, scheme: &'a str) -> Read<Vec<Coding>> {
        self.classifications(scheme).map(|it| self.code(name, it)).collect()
    }

    pub fn one_code(&self, name: &str, scheme: &'a str) -> Read<Option<Coding>> {
        let mut all = self.codes(name, scheme)?;
        if all.len() > 1 {
            return self.wrong(name, "this attribute stands twice");
        }
        Ok(all.pop())
    }

    /// A coded attribute: `nodeRepresentation`, the slot `codingScheme`, the name as display.
    fn code(&self, name: &str, it: &Classification) -> Read<Coding> {
        let code = self.need(name, it.node_representation.as_deref())?;
        let scheme = match it.slots.as_slice() {
            [slot] if slot.name == "codingScheme" => slot.values.as_slice(),
            _ => return self.wrong(name, "the slot codingScheme is expected, and no other"),
        };
        let [scheme] = scheme else { return self.wrong(name, "one codingScheme is expected") };
        Coding::new(scheme, code, it.name.text())
            .or_else(|_| self.wrong(name, "this is no code, or its codingScheme no scheme"))
    }

    /// The value of an external identifier.
    pub fn identifier(&self, name: &str, scheme: &str) -> Read<Option<&'a str>> {
        let mut found = self.object.identifiers.iter().filter(|it| it.scheme == scheme);
        match (found.next(), found.next()) {
            (_, Some(_)) => self.wrong(name, "this identifier stands twice"),
            (first, None) => Ok(first.map(|it| it.value.as_str())),
        }
    }

    pub fn need_identifier(&self, name: &str, scheme: &str) -> Read<&'a str> {
        let found = self.identifier(name, scheme)?;
        self.need(name, found)
    }

    pub fn unique_id(&self, name: &str, scheme: &str) -> Read<UniqueId> {
        let text = self.need_identifier(name, scheme)?;
        unique_id(text).map_or_else(|| self.wrong(name, "an OID, an OID^extension or a UUID is expected"), Ok)
    }

    pub fn patient(&self, scheme: &str) -> Read<model::Ins> {
        let text = self.need_identifier("patientId", scheme)?;
        hl7::ins(text).or_else(|says| self.wrong("patientId", says))
    }

    /// Refuses classifications and identifiers of schemes this object does not have (abuse case C10), and answers
    /// a warning for each slot that is not kept.
    pub fn only(
        &self,
        slots: &[&str],
        schemes: &[&str],
        nodes: &[&str],
        identifiers: &[&str],
    ) -> Read<Vec<RegistryError>> {
        for it in &self.object.classifications {
            let known = match (it.scheme.as_deref(), it.node.as_deref()) {
                (Some(scheme), _) => schemes.contains(&scheme),
                (None, Some(node)) => nodes.contains(&node),
                (None, None) => false,
            };
            if !known {
                return self.wrong("classification", "a scheme or node that this object does not have");
            }
        }
        if self.object.identifiers.iter().any(|it| !identifiers.contains(&it.scheme.as_str())) {
            return self.wrong("externalIdentifier", "a scheme that this object does not have");
        }
        let extra = self.object.slots.iter().filter(|it| !slots.contains(&it.name.as_str()));
        Ok(extra
            .map(|it| {
                let place = self.at(crate::fhir::outcome::shown(&it.name));
                RegistryError::at(ErrorCode::XDSExtraMetadataNotSaved, place, "this slot is not kept")
            })
            .collect())
    }

    /// A name or a description.
    pub fn text(&self, name: &str, found: Option<&str>, longest: usize) -> Read<Option<String>> {
        match found.map(str::trim).filter(|it| !it.is_empty()) {
            None => Ok(None),
            Some(text) if text.chars().count() > longest => self.wrong(name, "this text is too long"),
            Some(text) if text.chars().any(|it| it.is_control() && !matches!(it, '\t' | '\n' | '\r')) => {
                self.wrong(name, "control characters are not allowed")
            }
            Some(text) => Ok(Some(text.to_owned())),
        }
    }
}

/// A uniqueId as XDS writes it: `oid`, `oid^extension`, a UUID; with or without `urn:`.
pub fn unique_id(text: &str) -> Option<UniqueId> {
    if text.starts_with("urn:") {
        return UniqueId::try_from(text.to_owned()).ok();
    }
    match text.split_once('^') {
        Some((root, extension)) => UniqueId::from_root(root, Some(extension)).ok(),
        None => UniqueId::from_root(text, None).ok(),
    }
}

/// The form CDA gives it: the root, a caret and the extension where there is one.
pub fn write_unique_id(id: &UniqueId) -> String {
    match id {
        UniqueId::Oid(oid) => oid.to_string(),
        UniqueId::Uuid(uuid) => uuid.to_string(),
        UniqueId::Extended(root, extension) => format!("{root}^{extension}"),
    }
}

/// An entryUUID or logicalId in its UUID form; none for a symbolic one.
pub fn entry_id(text: &str) -> Option<model::EntryId> {
    match UniqueId::from_urn(text) {
        Ok(UniqueId::Uuid(uuid)) => Some(model::EntryId::from_bytes(*uuid.as_bytes())),
        _ => None,
    }
}
