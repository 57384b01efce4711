//! What the rendering says in words of its own. A page with a catalogue gives its own.

use super::tree::Note;

/// The few words a rendering adds to a document.
pub trait Words {
    /// The words of a note.
    fn note(&self, note: &Note) -> String;
    /// Instead of an image for who does not see it; `number` from 1.
    fn image(&self, number: usize) -> String;
    /// The link to an enclosed PDF; `number` from 1.
    fn file(&self, number: usize) -> String;
    /// What a table without caption is called by a screen reader; `number` from 1.
    fn table(&self, number: u32) -> String;
}

/// French, as it is spoken to holders.
#[derive(Debug, Clone, Copy, Default)]
pub struct French;

impl Words for French {
    fn note(&self, note: &Note) -> String {
        let words = match note {
            Note::CodedOnly => "Cette section contient des données codées sans texte.",
            Note::Empty => "Cette section ne contient rien.",
            Note::Cut => {
                "Le document continue : il est trop long pour être affiché en entier. Téléchargez-le pour lire la suite."
            }
            Note::RowsCut => {
                "Le tableau continue : il est trop long pour être affiché en entier. Téléchargez le document pour lire la suite."
            }
            Note::External => "(image extérieure au document, non chargée)",
            Note::Absent => "(fichier cité, absent du document)",
            Note::NotShown => {
                "(fichier joint qui ne peut pas être affiché ; il est dans le document téléchargé)"
            }
            Note::Address(address) => return format!("(adresse\u{a0}: {address})"),
            Note::Beside => "(fichier cité, non joint au document)",
            Note::LinkRemoved => "(lien retiré)",
        };
        words.to_owned()
    }

    fn image(&self, number: usize) -> String {
        format!("Image {number} jointe au document")
    }

    fn file(&self, number: usize) -> String {
        format!("Ouvrir la pièce jointe {number} (PDF)")
    }

    fn table(&self, number: u32) -> String {
        format!("Tableau {number}")
    }
}
