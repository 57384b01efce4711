//! From a form to a lot to be fed: what a professional types and the file they choose, as the metadata a producer
//! would have sent (rules, W2). What is wrong is said beside its field, all at once.

use clinical::{Checked, Kind, Unreadable};
use jiff::civil::Date;
use model::code;
use model::{
    ClassCode, Coding, EntryId, Ins, Instant, Organisation, Professional, QualifiedIdentity, RecordId,
    RelationKind,
};
use record::{Refusal, Submission};
use uuid::Uuid;

use self::lot::lot_of;
use crate::portal::messages::{messages, spaced};

mod lot;

/// The largest file taken by hand.
pub const FILE_BYTES_MAX: usize = 10 << 20;
const TITLE_CHARS_MAX: usize = 128;

/// What was typed and chosen.
#[derive(Default, Clone)]
pub struct Typed {
    /// Names this deposit: sent twice, it is one.
    pub lot: String,
    pub kind: String,
    pub title: String,
    pub date: String,
    /// `all`, `masked` or `announce`.
    pub who: String,
    /// `replace` or `append`, and the document of one's own that it is about; empty for a new one.
    pub relation: String,
    pub target: String,
    pub file: Vec<u8>,
    pub file_name: String,
    pub is_too_large: bool,
}

impl Typed {
    /// The document this one stands in for or completes.
    pub fn related(&self) -> Option<(RelationKind, EntryId)> {
        let kind = match self.relation.as_str() {
            "replace" => RelationKind::Replaces,
            "append" => RelationKind::Appends,
            _ => return None,
        };
        Some((kind, self.target.parse().ok()?))
    }
}

/// What is wrong, by field.
#[derive(Default, Clone, PartialEq, Eq, Debug)]
pub struct Faults {
    pub kind: Option<String>,
    pub title: Option<String>,
    pub date: Option<String>,
    pub who: Option<String>,
    pub file: Option<String>,
    /// Of the whole.
    pub form: Option<String>,
}

impl Faults {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Who deposits, for whom, when.
pub struct Deposit<'a> {
    pub who: &'a Professional,
    pub place: Option<&'a Organisation>,
    pub record: RecordId,
    pub ins: &'a Ins,
    pub identity: Option<&'a QualifiedIdentity>,
    pub now: Instant,
}

/// The types offered: those a professional may feed (rules, W4), save what only software makes.
pub fn kinds(attending: bool) -> Vec<(&'static str, Vec<&'static code::DocumentType>)> {
    const SOFTWARE: [&str; 3] = ["IMG-KOS", "61357-0", "75496-0"];
    let offered = |it: &&code::DocumentType| {
        let coding = Coding { system: it.system.into(), code: it.code.into(), display: None };
        it.class.is_some_and(|class| class != ClassCode::Reimbursement && class != ClassCode::Administrative)
            && !code::is_of_the_holder(&coding)
            && (attending || !code::is_vsm(&coding))
            && !SOFTWARE.contains(&it.code)
    };
    let all: Vec<_> = code::document_types().into_iter().filter(offered).collect();
    let mut groups = Vec::new();
    for class in ClassCode::ALL {
        let mut inside: Vec<_> = all.iter().copied().filter(|it| it.class == Some(class)).collect();
        inside.sort_by_key(|it| model::person::normalise(it.label));
        if !inside.is_empty() {
            groups.push((class.label(), inside));
        }
    }
    groups
}

/// The lot, or what is wrong with it.
pub fn submission(typed: &Typed, by: &Deposit<'_>, attending: bool) -> Result<Submission, Box<Faults>> {
    let m = messages();
    let mut faults = Faults::default();
    let offered = kinds(attending);
    let kind = offered.iter().flat_map(|(_, kinds)| kinds).find(|it| it.code == typed.kind);
    if kind.is_none() {
        faults.kind = Some(m.t("pro.deposit.error.kind").to_owned());
    }
    let title = typed.title.trim();
    if title.is_empty() || title.chars().count() > TITLE_CHARS_MAX || title.chars().any(char::is_control) {
        faults.title = Some(m.t("pro.deposit.error.title").to_owned());
    }
    let date = typed.date.parse::<Date>().ok();
    let today = by.now.in_paris().date();
    let date = date.filter(|it| (1900..).contains(&it.year()) && *it <= today);
    if date.is_none() {
        faults.date = Some(m.t("pro.deposit.error.date").to_owned());
    }
    let file = opened(typed);
    if let Err(fault) = &file {
        faults.file = Some(fault.clone());
    }
    let lot = Uuid::try_parse(&typed.lot).ok();
    // asked for and not understood, a relation is never left out in silence
    if lot.is_none() || (!typed.relation.is_empty() && typed.related().is_none()) {
        faults.form = Some(m.t("pro.deposit.error.form").to_owned());
    }
    let (Some(kind), Some(date), Ok((media, checked)), Some(lot)) = (kind, date, file, lot) else {
        return Err(Box::new(faults));
    };
    if let Some(cda) = &checked.cda
        && cda.code.code != kind.code
    {
        let coding = Coding {
            system: code::system_oid(&cda.code.system).into(),
            code: cda.code.code.clone(),
            display: None,
        };
        let label = code::document_type(&coding).map_or(cda.code.code.as_str(), |it| it.label);
        faults.kind = Some(m.t1("pro.deposit.error.kind.cda", label));
    }
    if !faults.is_empty() {
        return Err(Box::new(faults));
    }
    lot_of(typed, by, kind, date, media, &checked, lot).ok_or_else(|| {
        let form = Some(m.t("pro.deposit.error.form").to_owned());
        Box::new(Faults { form, ..Faults::default() })
    })
}

/// What the file is, by its bytes alone, and that it opens.
fn opened(typed: &Typed) -> Result<(&'static str, Checked), String> {
    let m = messages();
    if typed.is_too_large {
        return Err(m.t("pro.deposit.error.large").to_owned());
    }
    if typed.file.is_empty() {
        return Err(m.t("pro.deposit.error.empty").to_owned());
    }
    let media = media_type(&typed.file).ok_or_else(|| m.t("pro.deposit.error.sort").to_owned())?;
    let checked = clinical::check(media, &typed.file).map_err(|fault| unreadable(&fault).to_owned())?;
    match checked.kind {
        Kind::Cda | Kind::Pdf | Kind::Jpeg | Kind::Text => Ok((media, checked)),
        _ => Err(m.t("pro.deposit.error.sort").to_owned()),
    }
}

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let begins = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(b"%PDF-") {
        Some("application/pdf")
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if begins.starts_with(b"<") {
        Some("text/xml")
    } else if std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')) {
        Some("text/plain")
    } else {
        None
    }
}

fn unreadable(fault: &Unreadable) -> &'static str {
    let m = messages();
    match fault {
        Unreadable::Pdf(_) => m.t("pro.deposit.error.pdf"),
        Unreadable::Jpeg(_) => m.t("pro.deposit.error.jpeg"),
        Unreadable::Active | Unreadable::NotWhatItSays { .. } => m.t("pro.deposit.error.active"),
        Unreadable::Xml(_) | Unreadable::Cda(_) | Unreadable::Enclosed { .. } => m.t("pro.deposit.error.cda"),
        _ => m.t("pro.deposit.error.sort"),
    }
}

/// What a refusal says, beside the field it is about.
pub fn refused(no: &Refusal) -> Faults {
    let m = messages();
    let mut faults = Faults::default();
    for problem in &no.problems {
        let place = problem.element.strip_prefix("document.").unwrap_or_default();
        match place {
            "type" | "category" => faults.kind = Some(m.t("pro.deposit.error.kind.other").to_owned()),
            "masterIdentifier" => faults.file = Some(m.t("pro.deposit.error.twice").to_owned()),
            "content.format" => faults.file = Some(m.t("pro.deposit.error.cda").to_owned()),
            "relatesTo" => faults.form = Some(m.t("pro.deposit.error.relates").to_owned()),
            "securityLabel" => faults.who = Some(m.t("pro.deposit.error.who").to_owned()),
            "content.attachment" | "context.sourcePatientInfo" => {
                faults.file = Some(m.t("pro.deposit.error.patient").to_owned());
            }
            _ => {}
        }
    }
    if faults.is_empty() {
        let rules: Vec<_> = no.rules.iter().map(|it| it.words_fr()).collect();
        let words = if rules.is_empty() {
            m.t("pro.deposit.error.refused").to_owned()
        } else {
            spaced(&rules.join(" "))
        };
        faults.form = Some(words);
    }
    faults
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use model::{ActingFor, InsAuthority, Profession, Standing};

    use super::*;

    fn typed() -> Typed {
        Typed {
            lot: "3f0b7a8e-6a4e-4c55-9d13-0d7c0a5f1b11".into(),
            kind: "11488-4".into(),
            title: "Consultation".into(),
            date: "2026-11-20".into(),
            who: "all".into(),
            file: "Tension 12/8.".as_bytes().to_vec(),
            ..Typed::default()
        }
    }

    fn read(typed: &Typed) -> Result<Submission, Box<Faults>> {
        let who = Professional {
            id: "899700366240".parse().unwrap(),
            name: "Dr Essai".into(),
            profession: Profession::health("10"),
            specialty: None,
            acting_for: ActingFor::Care,
            standing: Standing::Active,
        };
        let ins = Ins::new(InsAuthority::Test, "279035121518989").unwrap();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        submission(
            typed,
            &Deposit {
                who: &who,
                place: None,
                record: RecordId::from_bytes([1; 16]),
                ins: &ins,
                identity: None,
                now,
            },
            false,
        )
    }

    #[test]
    fn a_deposit_is_one_however_often_it_is_sent() {
        let (one, two) = (read(&typed()).unwrap_or_else(|_| unreachable!()), read(&typed()).ok().unwrap());
        assert_eq!(one.unique_id, two.unique_id);
        assert_eq!(one.digest, two.digest);
        assert_eq!(one.documents[0].description.unique_id, two.documents[0].description.unique_id);
        assert_ne!(one.unique_id.unwrap(), one.documents[0].description.unique_id);
        let other = read(&Typed { title: "Autre".into(), ..typed() }).ok().unwrap();
        assert_ne!(one.digest, other.digest);
    }

    #[test]
    fn each_fault_is_said_beside_its_field() {
        type Change = fn(&mut Typed);
        type Field = fn(&Faults) -> &Option<String>;
        let cases: [(Change, Field); 13] = [
            (|it| it.kind.clear(), |it| &it.kind),
            (|it| it.kind = "REMB".into(), |it| &it.kind),
            (|it| it.kind = "SYNTH".into(), |it| &it.kind),
            (|it| it.kind = "DOCPAT01".into(), |it| &it.kind),
            (|it| it.title = "  ".into(), |it| &it.title),
            (|it| it.title = "a\u{7}".into(), |it| &it.title),
            (|it| it.date = "2026-11-22".into(), |it| &it.date),
            (|it| it.date = "20/11/2026".into(), |it| &it.date),
            (|it| it.file.clear(), |it| &it.file),
            (|it| it.is_too_large = true, |it| &it.file),
            (|it| it.file = b"%PDF-1.7 and no more".to_vec(), |it| &it.file),
            (|it| it.file = b"<html><script>1</script></html>".to_vec(), |it| &it.file),
            (|it| it.lot = "x".into(), |it| &it.form),
        ];
        for (place, (change, field)) in cases.into_iter().enumerate() {
            let mut typed = typed();
            change(&mut typed);
            let faults = read(&typed).err().unwrap();
            assert!(field(&faults).is_some(), "case {place}: {faults:?}");
        }
    }

    #[test]
    fn types_kept_for_others_are_not_offered() {
        for attending in [false, true] {
            let codes: Vec<_> =
                kinds(attending).iter().flat_map(|(_, kinds)| kinds).map(|it| it.code).collect();
            assert!(codes.contains(&"11488-4"));
            assert_eq!(codes.contains(&"SYNTH"), attending);
            assert!(!codes.iter().any(|it| it.starts_with("DOCPAT") || *it == "REMB"));
        }
    }
}
