//! Writing ebRIM, in the order of its schema. The prefix `rim` is declared on the list.

use std::borrow::Cow;

use xml::Writer;

use super::{
    Classification, ExternalIdentifier, InternationalString, Item, Kind, RIM, RegistryObject,
    RegistryObjectList, Slot,
};

const CLASSIFICATION: &str = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification";
const IDENTIFIER: &str = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:ExternalIdentifier";

impl RegistryObjectList {
    pub fn write(&self, out: &mut Writer) {
        out.start("rim:RegistryObjectList").attribute("xmlns:rim", RIM);
        for item in &self.0 {
            match item {
                Item::Object(object) => object.write(out),
                Item::Classification(it) => it.write(out),
                Item::ObjectRef { id } => {
                    out.start("rim:ObjectRef").attribute("id", id).end();
                }
            }
        }
        out.end();
    }
}

impl RegistryObject {
    fn write(&self, out: &mut Writer) {
        out.start(match self.kind {
            Kind::ExtrinsicObject { .. } => "rim:ExtrinsicObject",
            Kind::RegistryPackage => "rim:RegistryPackage",
            Kind::Association { .. } => "rim:Association",
        });
        if !self.id.is_empty() {
            out.attribute("id", &self.id);
        }
        let optional = [
            ("lid", &self.lid),
            ("home", &self.home),
            ("objectType", &self.object_type),
            ("status", &self.status),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                out.attribute(name, &writable(value));
            }
        }
        match &self.kind {
            Kind::ExtrinsicObject { mime_type, is_opaque } => {
                if let Some(mime_type) = mime_type {
                    out.attribute("mimeType", &writable(mime_type));
                }
                out.attribute("isOpaque", if *is_opaque { "true" } else { "false" });
            }
            Kind::RegistryPackage => {}
            Kind::Association { kind, source, target } => {
                out.attribute("associationType", kind)
                    .attribute("sourceObject", source)
                    .attribute("targetObject", target);
            }
        }
        self.slots.iter().for_each(|it| it.write(out));
        self.name.write("rim:Name", out);
        self.description.write("rim:Description", out);
        if let Some(version) = &self.version {
            out.start("rim:VersionInfo").attribute("versionName", version).end();
        }
        self.classifications.iter().for_each(|it| it.write(out));
        self.identifiers.iter().for_each(|it| it.write(out));
        out.end();
    }
}

impl Slot {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.start("rim:Slot").attribute("name", &self.name).start("rim:ValueList");
        for value in &self.values {
            out.element("rim:Value", &writable(value));
        }
        out.end().end();
    }
}

impl InternationalString {
    fn write(&self, element: &str, out: &mut Writer) {
        if self.0.is_empty() {
            return;
        }
        out.start(element);
        for it in &self.0 {
            out.start("rim:LocalizedString");
            if let Some(lang) = &it.lang {
                out.attribute("xml:lang", lang);
            }
            out.attribute("charset", "UTF-8").attribute("value", &writable(&it.value)).end();
        }
        out.end();
    }
}

impl Classification {
    fn write(&self, out: &mut Writer) {
        out.start("rim:Classification");
        let attributes = [
            ("id", &self.id),
            ("classificationScheme", &self.scheme),
            ("classificationNode", &self.node),
            ("classifiedObject", &self.classified_object),
            ("nodeRepresentation", &self.node_representation),
        ];
        for (name, value) in attributes {
            if let Some(value) = value {
                out.attribute(name, &writable(value));
            }
        }
        out.attribute("objectType", CLASSIFICATION);
        self.slots.iter().for_each(|it| it.write(out));
        self.name.write("rim:Name", out);
        out.end();
    }
}

impl ExternalIdentifier {
    fn write(&self, out: &mut Writer) {
        out.start("rim:ExternalIdentifier");
        if let Some(id) = &self.id {
            out.attribute("id", id);
        }
        if let Some(object) = &self.registry_object {
            out.attribute("registryObject", object);
        }
        out.attribute("identificationScheme", &self.scheme)
            .attribute("objectType", IDENTIFIER)
            .attribute("value", &writable(&self.value));
        self.name.write("rim:Name", out);
        out.end();
    }
}

/// What was fed as JSON may hold characters that XML cannot: one of them must not make all that is there
/// unreadable by this wire.
fn writable(text: &str) -> Cow<'_, str> {
    let fits =
        |it: char| (it >= ' ' || matches!(it, '\t' | '\n' | '\r')) && !matches!(it, '\u{fffe}' | '\u{ffff}');
    match text.chars().all(fits) {
        true => Cow::Borrowed(text),
        false => text.chars().map(|it| if fits(it) { it } else { char::REPLACEMENT_CHARACTER }).collect(),
    }
}
