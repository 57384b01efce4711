//! The letter with the secrets ("document des secrets"; requirements, R29 and R30): one A4 page, printed once and
//! handed over. Whoever calls this keeps neither the letter nor the sheet.

use std::fmt;

use pdf_writer::types::StructRole::{H1, H2, P};

use crate::Unprintable;
use crate::sheet::{HEIGHT, MM, Piece, Sheet, WIDTH, Weight};

/// The title of the file: nothing of anybody.
pub const TITLE: &str = "Vos identifiants de carnet de santé";

/// What the letter says. Does not print itself to a log.
#[derive(Clone)]
pub struct SecretsLetter<'a> {
    /// Whose record it opens, as they are called.
    pub name: &'a str,
    pub login: &'a str,
    /// Temporary: changed at the first login.
    pub password: &'a str,
    /// Where the holder goes: `https://carnet.example.org`.
    pub portal: &'a str,
    /// Day and hour in words: "samedi 21 novembre 2026 à 14 h 05".
    pub printed: &'a str,
    /// The place that hands it over, and where the holder comes back to for help.
    pub place: &'a str,
    /// Whom to call.
    pub telephone: Option<&'a str>,
    /// How the one-time code comes: without any, there is no login yet (requirements, R31).
    pub code_by: CodeBy,
    pub demo: bool,
}

/// How the one-time code reaches the holder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeBy {
    Email,
    Sms,
    Nothing,
}

impl fmt::Debug for SecretsLetter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretsLetter(…)")
    }
}

const LEFT: f32 = 22.0 * MM;
const TEXT: f32 = WIDTH - 2.0 * LEFT;
/// Where a sheet is folded in three, for a long envelope.
const FOLDS: [f32; 2] = [HEIGHT / 3.0, HEIGHT * 2.0 / 3.0];
const SIZE: f32 = 13.0;
const LEADING: f32 = 18.5;
/// Beyond this many letters, boxes would be too narrow: a line of text is shown instead.
const BOXES_MAX: usize = 14;

impl SecretsLetter<'_> {
    /// The letter as a PDF of one page.
    pub fn pdf(&self) -> Result<Vec<u8>, Unprintable> {
        let mut sheet = Sheet::new()?;
        for fold in FOLDS {
            sheet.line((5.0 * MM, fold), (10.0 * MM, fold), 0.5);
        }
        let mut y = 22.0 * MM;
        if self.demo {
            sheet.frame(LEFT, y - 14.0, TEXT, 22.0);
            let at = piece("Démonstration : personne fictive, identifiants sans valeur.", Weight::Bold, 12.0);
            y = sheet.paragraph(P, Piece { x: LEFT + 8.0, y: y + 1.0, ..at }, TEXT - 16.0, 36.0);
        } else {
            y += 12.0;
        }
        y = sheet.paragraph(H1, Piece { y, ..piece(TITLE, Weight::Bold, 22.0) }, TEXT, 28.0);
        let whom = format!("Pour {}", self.name);
        y = sheet.paragraph(P, Piece { y, ..piece(&whom, Weight::Bold, 14.0) }, TEXT, 20.0);
        let handed = format!("Imprimé une seule fois, le {}. Lieu : {}.", self.printed, self.place);
        y = text(&mut sheet, y, &handed) + 14.0;

        y = heading(&mut sheet, y, "Identifiant");
        let login = Piece { y: y + 8.0, ..piece(self.login, Weight::Bold, 22.0) };
        y = if sheet.width(login.weight, login.size, login.text) <= TEXT {
            sheet.block(P, &[login], Some(self.login));
            y + 44.0
        } else {
            sheet.paragraph(P, login, TEXT, 28.0) + 8.0
        };
        y = heading(&mut sheet, y, "Mot de passe temporaire");
        y = self.password(&mut sheet, y);
        y = text(&mut sheet, y, "Écrivez-le d’un seul tenant, sans espace, en minuscules.") + 12.0;

        y = heading(&mut sheet, y, "La première fois");
        let steps = [
            format!("1. Allez à l’adresse {}", self.portal),
            "2. Écrivez l’identifiant et le mot de passe temporaire.".to_owned(),
            format!("3. {}", self.code_by.words()),
            "4. Choisissez votre mot de passe. Le mot de passe temporaire ne sert plus.".to_owned(),
        ];
        for step in &steps {
            y = text(&mut sheet, y, step);
        }
        y = heading(&mut sheet, y + 12.0, "À savoir");
        y = text(
            &mut sheet,
            y,
            "Gardez cette lettre comme une clé, et détruisez-la après la première connexion.",
        );
        y = text(
            &mut sheet,
            y,
            "Personne ne vous demandera votre mot de passe ni un code, ni par téléphone ni par message.",
        );
        let open =
            "L’accueil ne voit pas vos documents, et ne garde pas ce mot de passe : il n’est écrit qu’ici.";
        y = text(&mut sheet, y, open) + 12.0;

        y = heading(&mut sheet, y, "Besoin d’aide, lettre perdue");
        let call =
            self.telephone.map(|it| format!("Appelez le {it}, ou revenez")).unwrap_or("Revenez".into());
        let help = format!("{call} avec une pièce d’identité : {}.", self.place);
        text(&mut sheet, y, &help);
        sheet.finish(TITLE)
    }

    /// Each letter in a box of its own, with the word that tells it from another; the baseline after it.
    fn password(&self, sheet: &mut Sheet, y: f32) -> f32 {
        let count = self.password.chars().count();
        if count == 0 || count > BOXES_MAX {
            let at = Piece { y: y + 8.0, ..piece(self.password, Weight::Bold, 18.0) };
            return sheet.paragraph(P, at, TEXT, 28.0);
        }
        let side = TEXT / count as f32;
        let (top, height) = (y - 6.0, 40.0);
        let letters: Vec<String> = self.password.chars().map(String::from).collect();
        let words: Vec<String> = self.password.chars().map(said).collect();
        let mut large = Vec::with_capacity(count);
        let mut small = Vec::with_capacity(count);
        for (place, (letter, word)) in letters.iter().zip(&words).enumerate() {
            let left = LEFT + side * place as f32;
            sheet.frame(left, top, side, height);
            let middle = |width: f32| left + (side - width) / 2.0;
            let size = 26.0;
            let x = middle(sheet.width(Weight::Bold, size, letter));
            large.push(Piece { text: letter, weight: Weight::Bold, size, x, y: top + 29.0 });
            let size = 8.5;
            let x = middle(sheet.width(Weight::Regular, size, word));
            small.push(Piece { text: word, weight: Weight::Regular, size, x, y: top + height + 12.0 });
        }
        sheet.block(P, &large, Some(self.password));
        sheet.block(P, &small, Some(&words.join(", ")));
        top + height + 36.0
    }
}

impl CodeBy {
    fn words(self) -> &'static str {
        match self {
            Self::Email => {
                "Un code vous est envoyé par courriel : recopiez-le. Il y en aura un à chaque connexion."
            }
            Self::Sms => "Un code vous est envoyé par SMS : recopiez-le. Il y en aura un à chaque connexion.",
            Self::Nothing => {
                "Un code doit vous être envoyé. Vous n’avez donné ni courriel ni téléphone : apportez-en un à \
                 l’accueil quand vous voudrez vous connecter. Votre carnet existe et sert déjà sans cela."
            }
        }
    }
}

fn piece(text: &str, weight: Weight, size: f32) -> Piece<'_> {
    Piece { text, weight, size, x: LEFT, y: 0.0 }
}

fn text(sheet: &mut Sheet, y: f32, words: &str) -> f32 {
    sheet.paragraph(P, Piece { y, ..piece(words, Weight::Regular, SIZE) }, TEXT, LEADING) + 2.0
}

fn heading(sheet: &mut Sheet, y: f32, words: &str) -> f32 {
    sheet.paragraph(H2, Piece { y: y + 4.0, ..piece(words, Weight::Bold, 14.0) }, TEXT, 20.0)
}

/// The word that stands for a letter on the telephone, or the name of the digit.
fn said(letter: char) -> String {
    let word = match letter {
        'a' => "Anatole",
        'b' => "Berthe",
        'c' => "Célestin",
        'd' => "Désiré",
        'e' => "Eugène",
        'f' => "François",
        'g' => "Gaston",
        'h' => "Henri",
        'i' => "Irma",
        'j' => "Joseph",
        'k' => "Kléber",
        'l' => "Louis",
        'm' => "Marcel",
        'n' => "Nicolas",
        'o' => "Oscar",
        'p' => "Pierre",
        'q' => "Quintal",
        'r' => "Raoul",
        's' => "Suzanne",
        't' => "Thérèse",
        'u' => "Ursule",
        'v' => "Victor",
        'w' => "William",
        'x' => "Xavier",
        'y' => "Yvonne",
        'z' => "Zoé",
        '0' => "zéro",
        '1' => "un",
        '2' => "deux",
        '3' => "trois",
        '4' => "quatre",
        '5' => "cinq",
        '6' => "six",
        '7' => "sept",
        '8' => "huit",
        '9' => "neuf",
        other => return other.to_string(),
    };
    word.to_owned()
}
