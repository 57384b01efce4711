//! What an author is, as JDV_J01 names it: the rows the cast needs.

use crate::cast::Who;

const DOCTORS: &[(&str, (&str, &str))] = &[
    ("SM02", ("G15_10/SM02", "Médecin - Anesthésie-réanimation (SM)")),
    ("SM03", ("G15_10/SM03", "Médecin - Biologie médicale (SM)")),
    ("SM04", ("G15_10/SM04", "Médecin - Cardiologie et maladies vasculaires (SM)")),
    ("SM08", ("G15_10/SM08", "Médecin - Chirurgie orthopédique et Traumatologie (SM)")),
    ("SM14", ("G15_10/SM14", "Médecin - Chirurgie viscérale et digestive (SM)")),
    ("SM15", ("G15_10/SM15", "Médecin - Dermatologie et Vénéréologie (SM)")),
    ("SM18", ("G15_10/SM18", "Médecin - Gériatrie (SM)")),
    ("SM20", ("G15_10/SM20", "Médecin - Gynécologie-obstétrique (SM)")),
    ("SM24", ("G15_10/SM24", "Médecin - Gastro-entérologie et hépatologie (SM)")),
    ("SM26", ("G15_10/SM26", "Médecin - Qualifié en Médecine Générale (SM)")),
    ("SM27", ("G15_10/SM27", "Médecin - Médecine interne (SM)")),
    ("SM36", ("G15_10/SM36", "Médecin - Oncologie, opt médicale (SM)")),
    ("SM38", ("G15_10/SM38", "Médecin - Ophtalmologie (SM)")),
    ("SM40", ("G15_10/SM40", "Médecin - Pédiatrie (SM)")),
    ("SM41", ("G15_10/SM41", "Médecin - Pneumologie (SM)")),
    ("SM54", ("G15_10/SM54", "Médecin - Médecine Générale (SM)")),
    ("SM59", ("G15_10/SM59", "Médecin - Médecine d'urgence (SM)")),
    ("SM62", ("G15_10/SM62", "Médecin - Endocrinologie, diabétologie, nutrition (SM)")),
    ("SM74", ("G15_10/SM74", "Médecin - Radiologie et imagerie médicale (SM)")),
];

const OTHERS: &[(&str, (&str, &str))] = &[
    ("10", ("G15_10", "Médecin")),
    ("21", ("G15_21/A", "Pharmacien titulaire d'officine")),
    ("40", ("G15_40", "Chirurgien-Dentiste")),
    ("50", ("G15_50", "Sage-femme")),
    ("60", ("G15_60", "Infirmier")),
    ("70", ("G15_70", "Masseur-Kinésithérapeute")),
    ("80", ("G15_80", "Pédicure-Podologue")),
    ("91", ("G15_91", "Orthophoniste")),
    ("95", ("G15_95", "Diététicien")),
];

/// Software that feeds for a payer (TRE_A00).
const PAYER: (&str, &str) = ("ALIM_AM", "Alimentation auto à partir du SI de l'Ass Maladie");

pub(crate) fn of(who: &Who) -> (&'static str, &'static str) {
    let Who::Person { profession, specialty, .. } = who else { return PAYER };
    let in_table = |table: &[(&str, (&'static str, &'static str))], code: &str| {
        table.iter().find(|(known, _)| *known == code).map(|(_, said)| *said)
    };
    let profession = profession.as_ref().map_or("", |it| it.code.as_str());
    specialty
        .filter(|_| profession == "10")
        .and_then(|code| in_table(DOCTORS, code))
        .or_else(|| in_table(OTHERS, profession))
        .unwrap_or(("G15_10", "Médecin"))
}
