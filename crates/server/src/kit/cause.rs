//! Why a document does not go, and what to do about it: for the secretary in French, for the technician in English.
//! One table; docs/send.md shows it, held to it by a test.

use serde::{Deserialize, Serialize};

/// A reason, by the word `--json` gives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    NoSidecar,
    NoIns,
    BadIns,
    NotQualified,
    TraitsMissing,
    TraitsDiffer,
    SidecarUnreadable,
    TypeUnknown,
    SectorMissing,
    FileType,
    DoesNotOpen,
    TooLarge,
    NotItsDescription,
    NoOpenRecord,
    NotAccepted,
    OtherDocument,
    ReplacedUnknown,
    ByRule,
    NotUnderstood,
    Gone,
}

/// The same, in words: what is wrong and what cures it.
pub struct Words {
    pub says: &'static str,
    pub cure: &'static str,
    pub french: &'static str,
    pub french_cure: &'static str,
}

/// A reason and what there is to add: a code, an element, the door's own sentence. Never anything of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cause {
    pub why: Why,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl From<Why> for Cause {
    fn from(why: Why) -> Self {
        Self { why, detail: None }
    }
}

impl Cause {
    pub fn with(why: Why, detail: impl std::fmt::Display) -> Self {
        let detail: String = detail.to_string().chars().filter(|it| !it.is_control()).take(400).collect();
        Self { why, detail: Some(detail) }
    }

    /// What is wrong, in one line of English.
    pub fn says(&self) -> String {
        self.joined(self.why.words().says)
    }

    pub fn says_in_french(&self) -> String {
        self.joined(self.why.words().french)
    }

    fn joined(&self, says: &str) -> String {
        match &self.detail {
            Some(detail) => format!("{says} ({detail})"),
            None => says.to_owned(),
        }
    }
}

const fn say(
    says: &'static str,
    cure: &'static str,
    french: &'static str,
    french_cure: &'static str,
) -> Words {
    Words { says, cure, french, french_cure }
}

impl Why {
    pub const ALL: [Self; 20] = [
        Self::NoSidecar,
        Self::NoIns,
        Self::BadIns,
        Self::NotQualified,
        Self::TraitsMissing,
        Self::TraitsDiffer,
        Self::SidecarUnreadable,
        Self::TypeUnknown,
        Self::SectorMissing,
        Self::FileType,
        Self::DoesNotOpen,
        Self::TooLarge,
        Self::NotItsDescription,
        Self::NoOpenRecord,
        Self::NotAccepted,
        Self::OtherDocument,
        Self::ReplacedUnknown,
        Self::ByRule,
        Self::NotUnderstood,
        Self::Gone,
    ];

    /// Whose it is cannot be said surely enough yet: the document waits for that, and is not wrong.
    pub fn holds(self) -> bool {
        use Why::{BadIns, NoIns, NoSidecar, NotQualified, TraitsDiffer, TraitsMissing};
        matches!(self, NoSidecar | NoIns | BadIns | NotQualified | TraitsMissing | TraitsDiffer)
    }

    /// As `--json` writes it.
    pub fn code(self) -> String {
        serde_json::to_value(self).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub fn words(self) -> Words {
        match self {
            Self::NoSidecar => say(
                "nothing says whose this file is: there is no NAME.json beside it",
                "write one: `carnet send --example` prints a model",
                "rien ne dit de qui est ce fichier : il n’y a pas de NOM.json à côté",
                "en écrire un : `carnet send --example` en montre un modèle",
            ),
            Self::NoIns => say(
                "the identity is not qualified yet: no INS",
                "qualify the identity (INSi, and a document with a photograph), then export the document again, or write the INS into NAME.json",
                "l’identité n’est pas encore qualifiée : pas d’INS",
                "qualifier l’identité (téléservice INSi et pièce d’identité), puis exporter de nouveau le document, ou écrire l’INS dans NOM.json",
            ),
            Self::BadIns => say(
                "the INS cannot be one",
                "compare its 15 characters and its authority with what INSi answered",
                "l’INS ne peut pas en être un",
                "comparer ses 15 caractères et son autorité avec la réponse du téléservice INSi",
            ),
            Self::NotQualified => say(
                "the identity is not qualified yet: NAME.json does not say `\"qualified\": true`",
                "qualify the identity (INSi, and a document with a photograph), then say so in NAME.json",
                "l’identité n’est pas encore qualifiée : NOM.json ne dit pas `\"qualified\": true`",
                "qualifier l’identité (téléservice INSi et pièce d’identité), puis le dire dans NOM.json",
            ),
            Self::TraitsMissing => say(
                "the identity is not whole: a trait is missing",
                "write birth_name, first_given, birth_date and sex into NAME.json, as INSi answered them",
                "l’identité n’est pas complète : il manque un trait",
                "écrire birth_name, first_given, birth_date et sex dans NOM.json, comme le téléservice INSi les a rendus",
            ),
            Self::TraitsDiffer => say(
                "the traits are not those of the record that bears this INS",
                "ask INSi again, and correct the identity where it is wrong: in your software and the document, or in NAME.json",
                "les traits ne sont pas ceux du dossier qui porte cet INS",
                "interroger de nouveau INSi et corriger l’identité là où elle est fausse : dans le logiciel et le document, ou dans NOM.json",
            ),
            Self::SidecarUnreadable => say(
                "NAME.json cannot be used",
                "correct it: `carnet send --example` prints a model",
                "NOM.json ne peut pas être utilisé",
                "le corriger : `carnet send --example` en montre un modèle",
            ),
            Self::TypeUnknown => say(
                "this type of document is not known",
                "choose one of `carnet send --types`",
                "ce type de document n’est pas connu",
                "en choisir un parmi ceux de `carnet send --types`",
            ),
            Self::SectorMissing => say(
                "nothing says what kind of establishment this comes from",
                "start with `--sector CODE` (table TRE_R02), or write \"sector\" into NAME.json",
                "rien ne dit de quel type d’établissement vient ce document",
                "démarrer avec `--sector CODE` (table TRE_R02), ou écrire \"sector\" dans NOM.json",
            ),
            Self::FileType => say(
                "a file of this kind is not taken",
                "save it as PDF, JPEG, plain text or CDA",
                "ce genre de fichier n’est pas accepté",
                "l’enregistrer en PDF, JPEG, texte ou CDA",
            ),
            Self::DoesNotOpen => say(
                "the file does not open",
                "open it, and export or scan it again",
                "le fichier ne s’ouvre pas",
                "l’ouvrir, puis l’exporter ou le numériser de nouveau",
            ),
            Self::TooLarge => say(
                "the file is larger than 64 MiB",
                "scan it with fewer dots per inch, or cut it in two; larger ones go by SOAP",
                "le fichier dépasse 64 Mio",
                "le numériser moins finement, ou le couper en deux ; au-delà, passer par SOAP",
            ),
            Self::NotItsDescription => say(
                "the document and what is said of it do not agree",
                "the software that exports it must be corrected: show this line to who maintains it",
                "le document et sa description se contredisent",
                "le logiciel qui l’exporte est à corriger : montrer cette ligne à son éditeur",
            ),
            Self::NoOpenRecord => say(
                "there is no open record for this person, or your house may not feed it",
                "ask the person (or who represents them) whether their record is open and may be opened now; then send again",
                "pas de dossier ouvert pour cette personne, ou votre structure ne peut pas l’alimenter",
                "demander à la personne (ou à qui la représente) si son dossier est ouvert, ou peut être ouvert maintenant ; puis renvoyer",
            ),
            Self::NotAccepted => say(
                "the record did not take this document, and does not say why: the person may have opposed it",
                "ask the person; if they did not oppose it, ask the service",
                "le dossier n’a pas pris ce document et ne dit pas pourquoi : la personne s’y est peut-être opposée",
                "demander à la personne ; si elle ne s’est pas opposée, demander au service",
            ),
            Self::OtherDocument => say(
                "you sent another document under the same identifier before",
                "a new version needs an identifier of its own, and says which one it replaces: who maintains the software must correct it",
                "un autre document a déjà été envoyé sous le même identifiant",
                "une nouvelle version doit avoir son propre identifiant et dire celle qu’elle remplace : à corriger par l’éditeur du logiciel",
            ),
            Self::ReplacedUnknown => say(
                "the document it replaces is not one that you may replace",
                "look the identifier up in `carnet send --list --json`, or leave \"replaces\" out",
                "le document qu’il remplace n’est pas de ceux que vous pouvez remplacer",
                "chercher l’identifiant dans `carnet send --list --json`, ou retirer \"replaces\"",
            ),
            Self::ByRule => say(
                "a rule refuses this document from you",
                "some types come only from the payer, the holder or the attending doctor: choose the true type, or let them send it",
                "une règle refuse ce document venant de vous",
                "certains types ne viennent que de l’assurance maladie, du titulaire ou du médecin traitant : choisir le vrai type, ou les laisser l’envoyer",
            ),
            Self::NotUnderstood => say(
                "the door did not take what was sent",
                "show this line to who runs the service",
                "le service n’a pas pris ce qui a été envoyé",
                "montrer cette ligne à qui exploite le service",
            ),
            Self::Gone => say(
                "the file is no longer there",
                "put it back, or give it up: `carnet send --forget FILE`",
                "le fichier n’est plus là",
                "le remettre, ou y renoncer : `carnet send --forget FICHIER`",
            ),
        }
    }
}

/// What is put beside a file that did not go.
pub fn why_text(causes: &[Cause]) -> String {
    let mut text = String::new();
    for cause in causes {
        let words = cause.why.words();
        text += &format!("{}\nÀ faire : {}\n\n", cause.says_in_french(), words.french_cure);
        text += &format!("{}\nWhat to do: {}\n\n", cause.says(), words.cure);
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_every_reason_with_its_cure() {
        let page =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/send.md")).unwrap();
        for why in Why::ALL {
            let words = why.words();
            let row = format!("| `{}` | {} | {} |", why.code(), words.says, words.cure);
            assert!(page.contains(&row), "docs/send.md lacks the row\n{row}");
        }
    }
}
