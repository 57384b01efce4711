//! From an event to the sections of its document: narrative, tables, and the coded entries of biology.

use jiff::civil::Date;

use super::drugs::{self, Drug};
use super::life::Life;
use super::phrases::{Facts, fill};
use super::scripts::{self, ALLERGIES, FUNCTION, Form, PROBLEMS, Part, Setting, TREATMENT, VACCINES};
use super::story::{Event, What};
use super::titles::day;
use super::{ecg, labs};
use crate::cda::Section;
use crate::chance::SeededDice;

pub(super) struct Paper {
    /// Of JDV_J07.
    pub kind: &'static str,
    pub setting: Setting,
    pub form: Form,
    pub sections: Vec<Section>,
    /// Drawn below the text of a PDF.
    pub strips: Vec<(&'static str, Vec<i32>)>,
}

/// What is written of this event; `doctor` is the name letters are sent to.
pub(super) fn paper(life: &Life, event: &Event, doctor: &str, dice: &SeededDice) -> Paper {
    let date = event.at.in_paris().date();
    let days = if let What::Script(_, days, _) = event.what { days } else { 0 };
    let facts = life.facts(date, doctor, days);
    let sections_or_file = |dice: &SeededDice| if dice.chance(50) { Form::Sections } else { Form::Enclosed };
    let mut strips = Vec::new();
    let (kind, setting, form, sections) = match &event.what {
        What::Script(script, ..) => {
            let sections = script.parts.iter().map(|part| narrative(part, &facts, dice)).collect();
            (script.kind, script.setting, script.form, sections)
        }
        What::Labs(_, measures) => {
            let mut sections = vec![text(
                ("55112-7", "Commentaire sur le document"),
                "Prélèvement",
                format!("Sang veineux prélevé le {}, échantillon conforme.", day(date)),
            )];
            sections.extend(labs::sections(measures, life.sex, event.at));
            ("11502-2", scripts::VISIT, Form::Sections, sections)
        }
        What::Prescription(drugs) => {
            ("57833-6", scripts::VISIT, sections_or_file(dice), prescription(drugs, &facts))
        }
        What::Dispensation(drugs) => ("60593-1", scripts::VISIT, Form::Sections, dispensation(drugs, dice)),
        What::Vaccine(vaccine, dose) => {
            let doses = [(date, *vaccine, *dose)];
            ("87273-9", scripts::VISIT, Form::Sections, vec![vaccinations("Vaccination faite", &doses, dice)])
        }
        What::VaccineHistory(doses) => {
            let section = vaccinations("Vaccinations connues", doses, dice);
            ("11369-6", scripts::VISIT, Form::Sections, vec![section])
        }
        What::Electrocardiogram(fibrillation) => {
            strips = ecg::strips(dice, *fibrillation);
            let rhythm = if *fibrillation { IRREGULAR } else { REGULAR };
            let section = text(scripts::FINDINGS, "Interprétation", fill(rhythm, &facts, dice));
            ("70004-7", scripts::VISIT, Form::Bare, vec![section])
        }
        What::Summary => ("SYNTH", scripts::VISIT, Form::Sections, summary(life, date, &facts, dice)),
        What::Liaison => ("74207-2", scripts::HOME_OF_ELDERS, Form::Sections, liaison(life, &facts, dice)),
        What::Reimbursed(year, lines) => ("REMB", scripts::PAYER, Form::Sections, reimbursed(*year, lines)),
    };
    Paper { kind, setting, form, sections, strips }
}

const REGULAR: &str = "Rythme sinusal à {66-72}/min. PR {148-186} ms, QRS {84-104} ms, QTc {392-432} ms. Axe normal. \
                       [Pas de trouble de la repolarisation.|Repolarisation sans particularité.]";
const IRREGULAR: &str = "Fibrillation atriale, fréquence ventriculaire {68-92}/min. QRS {86-108} ms, QTc {398-438} ms. \
                         Pas d'onde Q de nécrose.";

fn narrative((code, title, texts): &Part, facts: &Facts, dice: &SeededDice) -> Section {
    let mut section = Section { code: *code, title: (*title).to_owned(), ..Section::default() };
    for text in *texts {
        match text.strip_prefix("- ") {
            Some(item) => section.items.push(fill(item, facts, dice)),
            None => section.paragraphs.push(fill(text, facts, dice)),
        }
    }
    section
}

fn text(code: scripts::Code, title: &str, text: String) -> Section {
    Section { code, title: title.to_owned(), paragraphs: vec![text], ..Section::default() }
}

fn table<const N: usize>(
    code: scripts::Code,
    title: &str,
    head: [&str; N],
    rows: Vec<[String; N]>,
) -> Section {
    let mut table = vec![head.map(str::to_owned).to_vec()];
    table.extend(rows.into_iter().map(Vec::from));
    Section { code, title: title.to_owned(), table, ..Section::default() }
}

fn prescription(drugs: &[Drug], facts: &Facts) -> Vec<Section> {
    let length = if drugs.len() > 2 { "3 mois, renouvelable une fois" } else { "selon la posologie" };
    let rows = drugs.iter().map(|drug| [drug.0, drug.1, length].map(str::to_owned)).collect();
    vec![
        table(("57828-6", "Prescriptions"), "Prescription", ["Médicament", "Prise", "Durée"], rows),
        text(
            ("55112-7", "Commentaire sur le document"),
            "À savoir",
            fill("Poids : {kg} kg. Allergies : {allergy}", facts, &SeededDice::new(0)),
        ),
    ]
}

fn dispensation(drugs: &[Drug], dice: &SeededDice) -> Vec<Section> {
    let rows = drugs
        .iter()
        .map(|drug| {
            let lot = format!("FX{:05}", dice.below(100_000));
            [drug.0.to_owned(), drug.1.to_owned(), drug.2.to_string(), lot]
        })
        .collect();
    let head = ["Médicament", "Prise", "Boîtes", "Lot"];
    vec![table(("60590-7", "Dispensation de médicaments"), "Médicaments délivrés", head, rows)]
}

fn vaccinations(title: &str, doses: &[(Date, &str, &str)], dice: &SeededDice) -> Section {
    let row = |(day, vaccine, dose): &(Date, &str, &str)| {
        let date = day.strftime("%d/%m/%Y").to_string();
        let lot = format!("VX{:05}", dice.below(100_000));
        [date, (*vaccine).to_owned(), (*dose).to_owned(), lot, "Intramusculaire".to_owned()]
    };
    let head = ["Date", "Vaccin", "Dose", "Lot", "Voie"];
    table(VACCINES, title, head, doses.iter().map(row).collect())
}

fn problems(life: &Life) -> Section {
    let rows = life
        .ills
        .iter()
        .filter_map(|ill| drugs::problem(*ill))
        .map(|(name, code)| [name.to_owned(), code.to_owned(), "Actif".to_owned()])
        .collect();
    table(PROBLEMS, "Pathologies en cours", ["Problème", "CIM-10", "État"], rows)
}

fn treatments(life: &Life) -> Section {
    let rows: Vec<_> = life
        .ills
        .iter()
        .flat_map(|ill| drugs::lasting(*ill))
        .map(|drug| [drug.0.to_owned(), drug.1.to_owned()])
        .collect();
    if rows.is_empty() {
        return text(TREATMENT, "Traitements au long cours", "Aucun traitement au long cours.".to_owned());
    }
    table(TREATMENT, "Traitements au long cours", ["Médicament", "Prise"], rows)
}

fn summary(life: &Life, day: Date, facts: &Facts, dice: &SeededDice) -> Vec<Section> {
    let vital = "Poids {kg} kg, taille {cm} cm, IMC {bmi} kg/m², TA {ta}.";
    let attention = match life.age_on(day) {
        _ if life.care_home => "Vit en EHPAD. {tobacco}",
        ..18 => "Vit avec ses parents. Scolarité sans aménagement.",
        _ => {
            "[Vit en couple.|Autonome à domicile.|Famille proche.] {tobacco} [Activité physique régulière.|Activité physique à encourager.]"
        }
    };
    vec![
        problems(life),
        text(ALLERGIES, "Allergies et intolérances", life.allergy().to_owned()),
        treatments(life),
        text(("8716-3", "Signes vitaux"), "Derniers repères", fill(vital, facts, dice)),
        text(("29762-2", "Mode de vie"), "Mode de vie et points de vigilance", fill(attention, facts, dice)),
    ]
}

fn liaison(life: &Life, facts: &Facts, dice: &SeededDice) -> Vec<Section> {
    let function = "Marche avec [déambulateur|aide d'une personne|une canne]. Alimentation [normale|mixée|enrichie]. \
                    Communication [conservée|difficile, visage familier rassurant]. GIR {gir}.";
    vec![
        text(ALLERGIES, "Allergies", life.allergy().to_owned()),
        problems(life),
        treatments(life),
        text(FUNCTION, "Autonomie", fill(function, facts, dice)),
        text(
            ("42348-3", "Directives anticipées"),
            "Volontés",
            fill(
                "[Directives anticipées non rédigées.|Directives anticipées remises à l'entrée.] Personne de confiance : [sa fille|son fils|sa nièce], joignable à toute heure.",
                facts,
                dice,
            ),
        ),
    ]
}

fn reimbursed(year: i16, lines: &[(Date, &'static str, i64)]) -> Vec<Section> {
    let euros = |cents: i64| format!("{},{:02} €", cents / 100, cents % 100);
    let rows = lines
        .iter()
        .map(|(day, label, cents)| [day.strftime("%d/%m/%Y").to_string(), (*label).to_owned(), euros(*cents)])
        .collect();
    let total = euros(lines.iter().map(|line| line.2).sum());
    let mention = "Ces données reflètent les remboursements de la période ; elles sont données pour information \
                   et peuvent être incomplètes.";
    let mut payments = table(
        ("48768-6", "Sources de paiement"),
        &format!("Remboursements de {year}"),
        ["Date des soins", "Nature", "Montant remboursé"],
        rows,
    );
    payments.paragraphs.push(format!("Total : {total}"));
    vec![text(("55112-7", "Commentaire sur le document"), "Usage", mention.to_owned()), payments]
}
