//! NAME.json, beside a file that does not say of itself whose it is: what the kit must know, written by hand or by
//! the software that exports. A CDA needs none; one may add to it what a CDA has no place for.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::cause::{Cause, Why};

/// The most a sidecar may weigh.
const BYTES_MAX: u64 = 64 << 10;

/// What `carnet send --example` prints.
pub const EXAMPLE: &str = include_str!("../../../../docs/samples/sidecar.json");

/// Said under [`EXAMPLE`], on the error output, so that the example itself can be kept as it is printed.
pub const EXPLAINED: &str = "\
Beside letter.pdf, as letter.json. Needed: patient (ins, qualified, birth_name, first_given, birth_date, sex), type,
title, created, author (family). Everything else may be left out.
  authority    1.2.250.1.213.1.4.8 (NIR) where it is left out; .9 NIA, .10 test, .11 demonstration
  qualified    true once the identity is qualified; until then the document is held
  type         one of `carnet send --types`
  sector       the kind of establishment (TRE_R02); `--sector` says it for all
  visibility   MASQUE_PS, INVISIBLE_PATIENT, INVISIBLE_REPRESENTANTS_LEGAUX
  replaces     the identifier of the document this one takes the place of: urn:uuid:… or urn:oid:…
Beside a CDA, only sector, setting, comments, visibility and replaces: it says the rest itself.";

const KNOWN: &[&str] = &[
    "patient",
    "type",
    "title",
    "created",
    "author",
    "started",
    "ended",
    "sector",
    "setting",
    "comments",
    "visibility",
    "replaces",
];
const KNOWN_PATIENT: &[&str] =
    &["ins", "authority", "qualified", "birth_name", "first_given", "birth_date", "sex", "birth_place"];
const KNOWN_AUTHOR: &[&str] = &["id", "family", "given"];
/// What a CDA says itself.
const OF_THE_CDA: &[&str] = &["patient", "type", "title", "created", "author", "started", "ended"];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sidecar {
    pub patient: SidecarPatient,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub title: Option<String>,
    pub created: Option<String>,
    pub author: Option<SidecarAuthor>,
    pub started: Option<String>,
    pub ended: Option<String>,
    pub sector: Option<String>,
    pub setting: Option<String>,
    pub comments: Option<String>,
    pub visibility: Vec<String>,
    pub replaces: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SidecarPatient {
    pub ins: Option<String>,
    pub authority: Option<String>,
    pub qualified: bool,
    pub birth_name: Option<String>,
    pub first_given: Option<String>,
    pub birth_date: Option<Date>,
    pub sex: Option<String>,
    pub birth_place: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SidecarAuthor {
    pub id: Option<String>,
    pub family: Option<String>,
    pub given: Option<String>,
}

/// Where the sidecar of this file is, if there is one: `letter.pdf.json`, else `letter.json`.
pub fn beside(file: &Path) -> Option<PathBuf> {
    let mut whole = file.as_os_str().to_owned();
    whole.push(".json");
    [PathBuf::from(whole), file.with_extension("json")].into_iter().find(|it| it.is_file())
}

/// How a sidecar of these bytes is read: for who spoils some.
pub fn says(bytes: &[u8]) -> String {
    match Sidecar::read(bytes, false) {
        Ok(sidecar) => format!("a sidecar, qualified: {}", sidecar.patient.qualified),
        Err(cause) => cause.says(),
    }
}

impl Sidecar {
    /// The sidecar of a file; none where there is none.
    pub fn of(file: &Path, is_cda: bool) -> Result<Option<Self>, Cause> {
        let Some(path) = beside(file) else { return Ok(None) };
        let unreadable = |what: &str| Cause::with(Why::SidecarUnreadable, what);
        let meta = std::fs::metadata(&path).map_err(|_| unreadable("it cannot be opened"))?;
        if meta.len() > BYTES_MAX {
            return Err(unreadable("it is longer than 64 KiB"));
        }
        let bytes = std::fs::read(&path).map_err(|_| unreadable("it cannot be opened"))?;
        Self::read(&bytes, is_cda).map(Some)
    }

    fn read(bytes: &[u8], is_cda: bool) -> Result<Self, Cause> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        // where, and not what: a value may be a person's
        let value: Value = serde_json::from_slice(bytes).map_err(|fault| {
            let place = format!("not JSON at line {}, column {}", fault.line(), fault.column());
            Cause::with(Why::SidecarUnreadable, place)
        })?;
        known(&value, KNOWN, "")?;
        known(value.get("patient").unwrap_or(&Value::Null), KNOWN_PATIENT, "patient.")?;
        known(value.get("author").unwrap_or(&Value::Null), KNOWN_AUTHOR, "author.")?;
        if is_cda && let Some(name) = OF_THE_CDA.iter().find(|it| value.get(it).is_some()) {
            let says = format!("`{name}`: the CDA says this itself");
            return Err(Cause::with(Why::SidecarUnreadable, says));
        }
        for name in KNOWN {
            let one: serde_json::Map<_, _> =
                value.get(name).map(|it| ((*name).to_owned(), it.clone())).into_iter().collect();
            if serde_json::from_value::<Self>(Value::Object(one)).is_err() {
                return Err(Cause::with(
                    Why::SidecarUnreadable,
                    format!("`{name}` is not as in the example"),
                ));
            }
        }
        serde_json::from_value(value).map_err(|_| Why::SidecarUnreadable.into())
    }
}

fn known(value: &Value, names: &[&str], before: &str) -> Result<(), Cause> {
    let unknown = match value {
        Value::Object(members) => members.keys().find(|it| !names.contains(&it.as_str())),
        Value::Null if !before.is_empty() => None,
        _ => return Err(Cause::with(Why::SidecarUnreadable, format!("`{before}` is not an object"))),
    };
    // a name that is none of ours could be anything: only a plain word is shown
    let shown =
        |name: &str| match name.len() <= 32 && name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') {
            true => format!("`{before}{name}` is not a name it has"),
            false => "a name it does not have".to_owned(),
        };
    unknown.map_or(Ok(()), |it| Err(Cause::with(Why::SidecarUnreadable, shown(it))))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn wrong(text: &str, is_cda: bool) -> String {
        Sidecar::read(text.as_bytes(), is_cda).err().unwrap().detail.unwrap()
    }

    #[test]
    fn the_example_is_one() {
        let read = Sidecar::read(EXAMPLE.as_bytes(), false).unwrap();
        assert!(read.patient.qualified && read.kind.as_deref() == Some("11488-4"));
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_is_told() {
        assert_eq!(wrong(r#"{"titel": "x"}"#, false), "`titel` is not a name it has");
        assert_eq!(wrong(r#"{"patient": {"Secret Name": 1}}"#, false), "a name it does not have");
        assert_eq!(
            wrong(r#"{"patient": {"birth_date": "SECRET"}}"#, false),
            "`patient` is not as in the example"
        );
        assert_eq!(wrong("{\"title\": \n SECRET}", false), "not JSON at line 2, column 2");
        assert_eq!(wrong(r#"{"type": "11488-4"}"#, true), "`type`: the CDA says this itself");
        assert!(Sidecar::read(br#"{"visibility": ["MASQUE_PS"]}"#, true).is_ok());
    }
}
