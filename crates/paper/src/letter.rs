//! A notice on paper, for who has neither e-mail nor telephone: one A4 page for a window envelope. What is shown in
//! the window is the name and the address; what is said is the notice, and a reference that names nobody.

use pdf_writer::types::StructRole::{H1, P};

use crate::Unprintable;
use crate::sheet::{MM, Piece, Sheet, WIDTH, Weight};

const LEFT: f32 = 22.0 * MM;
const TEXT: f32 = WIDTH - 2.0 * LEFT;
/// The window of a French DL envelope: right, from 45 mm down.
const WINDOW: (f32, f32) = (110.0 * MM, 52.0 * MM);
const WINDOW_WIDTH: f32 = 85.0 * MM;
const SIZE: f32 = 12.0;
const LEADING: f32 = 17.0;

/// What the page says.
#[derive(Clone)]
pub struct Letter<'a> {
    /// Who writes, a line each.
    pub from: &'a [String],
    /// Whom it is for and where they live, a line each.
    pub to: &'a [String],
    /// Day in words: "23 novembre 2026".
    pub day: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub reference: &'a str,
}

impl Letter<'_> {
    /// The letter as a PDF of one page.
    pub fn pdf(&self) -> Result<Vec<u8>, Unprintable> {
        let mut sheet = Sheet::new()?;
        let mut y = 20.0 * MM;
        for line in self.from {
            y = sheet.paragraph(P, piece(line, Weight::Regular, 10.0, LEFT, y), 75.0 * MM, 13.0);
        }
        let (x, mut y) = WINDOW;
        for line in self.to {
            y = sheet.paragraph(P, piece(line, Weight::Regular, 11.0, x, y), WINDOW_WIDTH, 15.0);
        }
        let mut y = 100.0 * MM;
        y = sheet.paragraph(P, piece(self.day, Weight::Regular, SIZE, LEFT, y), TEXT, LEADING) + 12.0;
        y = sheet.paragraph(H1, piece(self.subject, Weight::Bold, 15.0, LEFT, y), TEXT, 21.0) + 8.0;
        for paragraph in self.text.split("\n\n") {
            y = sheet.paragraph(P, piece(paragraph, Weight::Regular, SIZE, LEFT, y), TEXT, LEADING) + 8.0;
        }
        let reference = format!("Référence de cet envoi : {}", self.reference);
        sheet.paragraph(P, piece(&reference, Weight::Regular, 9.0, LEFT, y + 12.0), TEXT, 12.0);
        sheet.finish(self.subject)
    }
}

fn piece(text: &str, weight: Weight, size: f32, x: f32, y: f32) -> Piece<'_> {
    Piece { text, weight, size, x, y }
}
