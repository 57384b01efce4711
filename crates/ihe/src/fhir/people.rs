//! Authors as FHIR writes them: references to contained people, roles, organisations, devices, patients.
//! What others own is read leniently, for what a metadata entry has room for.

use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
use model::{Author, Coding};

use super::datatypes::{self, write_concept, write_identifier};
use super::obj::Obj;
use super::out::{Out, object};
use super::outcome::{Outcome, Read};

/// Where references lead to: the resources contained in the one that refers, and the bundle's patients.
pub struct Scope<'t> {
    contained: Vec<(&'t str, Obj<'t>)>,
    outside: &'t [(String, Obj<'t>)],
}

impl<'t> Scope<'t> {
    /// `outside`: patients of the bundle by their `fullUrl`.
    pub fn of(resource: &Obj<'t>, outside: &'t [(String, Obj<'t>)]) -> Read<Self> {
        let mut contained: Vec<(&str, Obj<'_>)> = Vec::new();
        for it in resource.objects("contained")? {
            it.need_text("resourceType")?;
            it.understood()?;
            let id = it.need_text("id")?;
            if contained.iter().any(|(known, _)| *known == id) {
                return Err(Outcome::malformed(it.at("id"), "two contained resources have this id"));
            }
            if it.has("contained") {
                return Err(Outcome::malformed(it.at("contained"), "a contained resource contains none"));
            }
            contained.push((id, it));
        }
        Ok(Self { contained, outside })
    }

    pub fn contains_something(&self) -> bool {
        !self.contained.is_empty()
    }

    /// None where the reference leads outside. Nothing is ever fetched (abuse case E06).
    pub fn find(&self, reference: &str) -> Option<&Obj<'t>> {
        match reference.strip_prefix('#') {
            Some(id) => self.contained.iter().find(|(known, _)| *known == id).map(|(_, it)| it),
            None => self.outside.iter().find(|(url, _)| url == reference).map(|(_, it)| it),
        }
    }
}

/// Reads a Reference to somebody.
pub fn author(reference: &Obj<'_>, scope: &Scope<'_>) -> Read<Author> {
    reference.only(&["reference", "type", "identifier", "display"])?;
    let display = reference.words("display", 200)?;
    if let Some(target) = reference.text("reference")? {
        if let Some(found) = scope.find(target) {
            return resource(found, scope);
        }
        if !reference.has("identifier") {
            return Err(Outcome::rule(
                reference.at("reference"),
                "whom this refers to must be contained in the resource, or named by an identifier",
            ));
        }
    }
    let Some(identifier) = reference.object("identifier")? else {
        return Err(Outcome::missing(reference.at("reference")));
    };
    let identifier = datatypes::identifier(&identifier)?;
    let pair = (identifier.system.unwrap_or_default(), identifier.value);
    let is_organisation =
        reference.text("type")? == Some("Organization") || is_system(&pair.0, STRUCT_IDNAT_OID);
    Ok(if is_organisation {
        Author { organisation_id: Some(pair), organisation_name: display, ..Author::default() }
    } else {
        Author { person_id: Some(pair), family: display, ..Author::default() }
    })
}

fn resource(found: &Obj<'_>, scope: &Scope<'_>) -> Read<Author> {
    match found.need_text("resourceType")? {
        "Practitioner" => person(found),
        "PractitionerRole" => role(found, scope),
        "Organization" => organisation(found),
        "Device" => device(found, scope),
        "Patient" => Ok(Author { is_patient: true, ..person(found)? }),
        _ => Err(Outcome::unsupported(
            found.at("resourceType"),
            "a Practitioner, PractitionerRole, Organization, Device or Patient is expected here",
        )),
    }
}

fn person(found: &Obj<'_>) -> Read<Author> {
    let mut author = Author { person_id: preferred(found, PS_IDNAT_OID)?, ..Author::default() };
    let names = found.objects("name")?;
    let official = names.iter().find(|name| matches!(name.text("use"), Ok(Some("official"))));
    if let Some(name) = official.or(names.first()) {
        author.family = name.words("family", 200)?.or(name.words("text", 200)?);
        let given = name.texts("given")?;
        author.given = (!given.is_empty()).then(|| given.join(" "));
        author.prefix = name.texts("prefix")?.first().map(|it| (*it).to_owned());
    }
    Ok(author)
}

fn organisation(found: &Obj<'_>) -> Read<Author> {
    Ok(Author {
        organisation_id: preferred(found, STRUCT_IDNAT_OID)?,
        organisation_name: found.words("name", 400)?,
        ..Author::default()
    })
}

fn role(found: &Obj<'_>, scope: &Scope<'_>) -> Read<Author> {
    let mut author = match found.object("practitioner")? {
        Some(reference) => match loose(&reference, scope)? {
            Some(person) if person.get("resourceType").is_some() => self::person(person)?,
            _ => named(&reference)?,
        },
        None => Author::default(),
    };
    if author.person_id.is_none() {
        author.person_id = preferred(found, PS_IDNAT_OID)?;
    }
    if let Some(reference) = found.object("organization")? {
        let of = match loose(&reference, scope)? {
            Some(organisation) => self::organisation(organisation)?,
            None => named(&reference)?,
        };
        author.organisation_id = of.organisation_id.or(of.person_id);
        author.organisation_name = of.organisation_name.or(of.family);
    }
    author.role = first_concept(found, "code")?;
    author.specialty = first_concept(found, "specialty")?;
    Ok(author)
}

fn device(found: &Obj<'_>, scope: &Scope<'_>) -> Read<Author> {
    let mut author = Author { person_id: preferred(found, PS_IDNAT_OID)?, ..Author::default() };
    if let Some(reference) = found.object("owner")? {
        let owner = match loose(&reference, scope)? {
            Some(organisation) => self::organisation(organisation)?,
            None => named(&reference)?,
        };
        author.organisation_id = owner.organisation_id.or(owner.person_id);
        author.organisation_name = owner.organisation_name.or(owner.family);
    }
    author.specialty = match found.object("type")? {
        Some(concept) => first_coding(&concept)?,
        None => None,
    };
    let name = match found.objects("deviceName")?.first() {
        Some(name) => name.words("name", 200)?,
        None => found.words("modelNumber", 200)?,
    };
    let id = || author.person_id.as_ref().map(|(_, value)| value.clone());
    author.device = Some(name.or_else(id).unwrap_or_else(|| "device".to_owned()));
    Ok(author)
}

fn loose<'s, 't>(reference: &Obj<'_>, scope: &'s Scope<'t>) -> Read<Option<&'s Obj<'t>>> {
    Ok(reference.text("reference")?.and_then(|target| scope.find(target)))
}

/// Who is referred to by identifier or display alone.
fn named(reference: &Obj<'_>) -> Read<Author> {
    let identifier = match reference.object("identifier")? {
        Some(it) => {
            let system = it.text("system")?.unwrap_or_default().to_owned();
            it.text("value")?.map(|value| (system, value.to_owned()))
        }
        None => None,
    };
    Ok(Author { person_id: identifier, family: reference.words("display", 200)?, ..Author::default() })
}

/// The identifier under the national authority, else the first.
fn preferred(found: &Obj<'_>, authority: &str) -> Read<Option<(String, String)>> {
    let mut all = identifiers(found)?;
    let place = all.iter().position(|(system, _)| is_system(system, authority)).unwrap_or(0);
    Ok(if all.is_empty() { None } else { Some(all.swap_remove(place)) })
}

/// All identifiers of a foreign resource that have a value.
pub fn identifiers(found: &Obj<'_>) -> Read<Vec<(String, String)>> {
    let mut all = Vec::new();
    for it in found.objects("identifier")? {
        if let Some(value) = it.text("value")? {
            all.push((it.text("system")?.unwrap_or_default().to_owned(), value.to_owned()));
        }
    }
    Ok(all)
}

fn first_concept(found: &Obj<'_>, name: &str) -> Read<Option<Coding>> {
    match found.objects(name)?.first() {
        Some(concept) => first_coding(concept),
        None => Ok(None),
    }
}

fn first_coding(concept: &Obj<'_>) -> Read<Option<Coding>> {
    concept.objects("coding")?.first().map(datatypes::coding).transpose()
}

pub fn is_system(system: &str, oid: &str) -> bool {
    system.strip_prefix("urn:oid:").unwrap_or(system) == oid
}

/// Writes an author as a contained resource called `name` (and what it refers to); answers the Reference.
pub fn write_author<'a>(author: &'a Author, name: &str, contained: &mut Vec<Out<'a>>) -> Out<'a> {
    let reference = object! { "reference": format!("#{name}") };
    let identifier = author.person_id.as_ref().map(|id| [write_identifier(id)]);
    if author.is_patient {
        let mut patient = object! { "resourceType": "Patient", "id": name.to_owned() };
        patient.set("identifier", identifier);
        patient.set("name", human_name(author));
        contained.push(patient);
        return reference;
    }
    let organisation = write_organisation(author, format!("{name}-organization"));
    let organisation_reference =
        organisation.as_ref().map(|_| object! { "reference": format!("#{name}-organization") });
    if let Some(device) = &author.device {
        let mut out = object! {
            "resourceType": "Device",
            "id": name.to_owned(),
            "deviceName": [object! { "name": device, "type": "user-friendly-name" }],
        };
        out.set("identifier", identifier);
        out.set("type", author.specialty.as_ref().map(write_concept));
        out.set("owner", organisation_reference);
        contained.push(out);
    } else {
        let mut role = object! { "resourceType": "PractitionerRole", "id": name.to_owned() };
        let human = human_name(author);
        if identifier.is_some() || human.is_some() {
            let id = format!("{name}-person");
            role.set("practitioner", Some(object! { "reference": format!("#{id}") }));
            let mut person = object! { "resourceType": "Practitioner", "id": id };
            person.set("identifier", identifier);
            person.set("name", human);
            contained.push(person);
        }
        role.set("organization", organisation_reference);
        role.set("code", author.role.as_ref().map(|it| [write_concept(it)]));
        role.set("specialty", author.specialty.as_ref().map(|it| [write_concept(it)]));
        contained.push(role);
    }
    contained.extend(organisation);
    reference
}

/// The organisation alone, where the author has one.
pub fn write_organisation(author: &Author, id: String) -> Option<Out<'_>> {
    if author.organisation_id.is_none() && author.organisation_name.is_none() {
        return None;
    }
    let mut out = object! { "resourceType": "Organization", "id": id };
    out.set("identifier", author.organisation_id.as_ref().map(|id| [write_identifier(id)]));
    out.set("name", author.organisation_name.as_deref());
    Some(out)
}

fn human_name(author: &Author) -> Option<Out<'_>> {
    let mut name = object! {};
    name.set("family", author.family.as_deref());
    name.set("given", author.given.as_deref().map(|it| [it]));
    name.set("prefix", author.prefix.as_deref().map(|it| [it]));
    name.unless_empty().map(|it| [it].into())
}
