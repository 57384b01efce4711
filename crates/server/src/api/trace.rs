//! Who looked, who wrote, who was refused: the trace as its holder reads it (rules, A22).

use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use model::{Act, Person, code};
use record::account::{Account, Fate, ObjectAccount, TraceEntry, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Problem;
use super::signed_in::SignedIn;
use crate::blocking::act;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    before: Option<u64>,
    limit: Option<usize>,
}

const USUAL: usize = 50;
const MOST: usize = 500;

pub(super) async fn trace(
    SignedIn { app, call, record }: SignedIn,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(Page { before, limit }) =
        page.map_err(|_| Problem::malformed("paramètres connus : before, limit"))?;
    let limit = limit.unwrap_or(USUAL).clamp(1, MOST);
    let seen = act(&app, move |records| records.history(&call, record, before, limit)).await?.into_inner();
    let lines: Vec<_> = seen.lines.iter().map(line).collect();
    Ok(Json(json!({ "lines": lines, "next": seen.next })))
}

pub(super) fn line(entry: &TraceEntry) -> Value {
    let TraceEntry { at, account, .. } = entry;
    json!({
        "at": at.to_string(),
        "text": sentence(account),
        "who": who(account),
        "act": account.act.to_string(),
        "verdict": account.verdict,
        "purpose": account.purpose,
        "about": account.about,
        "rules": account.rules.iter().map(|it| rule(it)).collect::<Vec<_>>(),
        "objects": account.objects.iter().map(object).collect::<Vec<_>>(),
        "request": account.request.to_string(),
    })
}

fn object(object: &ObjectAccount) -> Value {
    json!({
        "document": object.document.map(|id| id.to_string()),
        "typeCode": object.type_code,
        "type": code::document_types().into_iter().find(|it| it.code == object.type_code).map(|it| it.label),
        "fate": object.fate,
        "rules": object.rules.iter().map(|it| rule(it)).collect::<Vec<_>>(),
    })
}

fn rule(number: &str) -> Value {
    let words = number.parse::<policy::Rule>().ok().map(|rule| rule.words_fr());
    json!({ "number": number, "words": words })
}

fn who(account: &Account) -> Value {
    let caller = &account.caller;
    let person = match caller.person.proved() {
        Some(Person::Professional(it)) => {
            Some(json!({ "id": it.id.to_string(), "name": it.name, "profession": it.profession.label() }))
        }
        Some(Person::Agent(it)) => {
            Some(json!({ "id": it.id.to_string(), "name": it.name, "profession": "agent d'accueil" }))
        }
        Some(Person::Holder { .. }) => Some(json!({ "name": "vous" })),
        Some(Person::Representative { .. }) => Some(json!({ "name": "votre représentant" })),
        Some(other) => Some(json!({ "name": outsider(other) })),
        None => None,
    };
    let organisation =
        caller.organisation.proved().map(|it| json!({ "id": it.id.to_string(), "name": it.name }));
    json!({ "person": person, "organisation": organisation, "door": caller.door })
}

/// Who is neither professional, holder nor representative.
fn outsider(person: &Person) -> &'static str {
    match person {
        Person::Relative { .. } => "un proche",
        Person::Heir { .. } => "un ayant droit",
        Person::Administrator(_) => "un administrateur",
        Person::Reviewer(_) => "un relecteur",
        _ => "quelqu'un",
    }
}

/// One sentence, as one would tell it.
fn sentence(account: &Account) -> String {
    let caller = &account.caller;
    let name = match caller.person.proved() {
        Some(Person::Professional(it)) => format!("{} ({})", it.name, it.profession.label()),
        Some(Person::Agent(it)) => format!("{} (agent d'accueil)", it.name),
        Some(Person::Holder { .. }) => "Vous".to_owned(),
        Some(Person::Representative { .. }) => "Votre représentant".to_owned(),
        Some(other) => outsider(other).to_owned(),
        None => match (caller.organisation.proved(), caller.door) {
            (Some(organisation), _) => organisation.name.clone(),
            (None, model::Door::Upkeep) => "Le service".to_owned(),
            (None, _) => "Quelqu'un".to_owned(),
        },
    };
    let you = name == "Vous";
    let tried = match (account.verdict, you) {
        (Verdict::Accepted, true) => "avez",
        (Verdict::Accepted, false) => "a",
        (_, true) => "avez demandé, sans l'obtenir :",
        (_, false) => "a demandé, sans l'obtenir :",
    };
    format!("{name} {tried} {}", did(account))
}

fn did(account: &Account) -> String {
    let shown = account.objects.iter().filter(|it| it.fate == Fate::Shown).count();
    let accepted = account.verdict == Verdict::Accepted;
    let verb = |past: &str, noun: &str| if accepted { past.to_owned() } else { noun.to_owned() };
    // one word of two: said, and not yet, or not, done
    let word = match account.note.as_deref() {
        Some("waits for a second agent") => Some("demandé, en attente d'un second agent :"),
        Some("refused by a second agent") => Some("refusé, comme second agent :"),
        Some("withdrawn") => Some("retiré sa demande :"),
        Some("list of patients") => {
            return "mis à jour la liste des patients de qui a, ou n'a plus, accès".to_owned();
        }
        _ => None,
    };
    if let Some(word) = word {
        return format!("{word} {}", of_two(account.act));
    }
    match account.act {
        Act::Search if shown == 1 => "vu la liste : 1 document".to_owned(),
        Act::Search if accepted => format!("vu la liste : {shown} documents"),
        Act::Search => "la liste des documents".to_owned(),
        Act::Consult => verb("lu un document", "la lecture d'un document"),
        Act::Feed if accepted && account.objects.len() > 1 => {
            format!("versé {} documents", account.objects.len())
        }
        Act::Feed => verb("versé un document", "le versement d'un document"),
        Act::KnowStatus => verb("demandé si le carnet existe", "l'existence du carnet"),
        Act::OpenRecord => verb("ouvert le carnet", "l'ouverture du carnet"),
        Act::Authorise => verb("enregistré une autorisation", "l'enregistrement d'une autorisation"),
        Act::Revoke => verb("retiré une autorisation", "le retrait d'une autorisation"),
        Act::Block => verb("bloqué un professionnel", "le blocage d'un professionnel"),
        Act::Unblock => verb("débloqué un professionnel", "le déblocage d'un professionnel"),
        Act::DeclareAttending => verb("déclaré être médecin traitant", "la déclaration de médecin traitant"),
        Act::ConfirmAttending => verb("confirmé le médecin traitant", "la confirmation du médecin traitant"),
        Act::EndAttending => verb("mis fin au médecin traitant", "la fin du médecin traitant"),
        Act::SetEmergencyChoices => verb("changé les choix d'urgence", "le changement des choix d'urgence"),
        Act::SetContacts => verb("changé les coordonnées", "le changement des coordonnées"),
        Act::SetPreferences => verb("changé les préférences d'avis", "le changement des préférences d'avis"),
        Act::ContestEmergency => verb("contesté un accès", "la contestation d'un accès"),
        Act::Mask => verb("masqué un document", "le masquage d'un document"),
        Act::Unmask => verb("démasqué un document", "le démasquage d'un document"),
        Act::ReadTrace => verb("consulté la trace", "la trace"),
        Act::ReadRights => verb("consulté le carnet", "le carnet"),
        Act::ListPatients => verb("ouvert la liste de ses patients", "la liste de ses patients"),
        Act::ListAuthorised => verb("regardé qui a accès au carnet", "la liste de qui a accès"),
        Act::LogIn if account.note.as_deref() == Some("code asked for") => {
            verb("donné le mot de passe et demandé un code", "un code de connexion")
        }
        Act::LogIn => verb("ouvert une session", "l'ouverture d'une session"),
        Act::SendNotice => verb("envoyé un message", "l'envoi d'un message"),
        Act::Regulate => verb("accédé pour la régulation", "un accès pour la régulation"),
        Act::ReviewEmergency => verb("relu un accès en urgence", "la relecture d'un accès en urgence"),
        Act::SeeAs => verb("regardé le carnet comme un autre le voit", "de voir comme un autre"),
        Act::Why => verb("demandé pourquoi un accès est permis", "pourquoi un accès est permis"),
        Act::BreakGlass => verb("accédé en urgence", "un accès en urgence"),
        Act::EndEmergency => verb("mis fin à un accès en urgence", "la fin d'un accès en urgence"),
        Act::Merge | Act::Split | Act::Recall | Act::NoticeFraud | Act::ReleaseToHeir => {
            verb(&format!("fait : {}", of_two(account.act)), of_two(account.act))
        }
        Act::AskAsHeir => {
            verb("enregistré la demande d'un ayant droit", "l'enregistrement d'une demande d'ayant droit")
        }
        Act::LookAtCounter => verb(
            "regardé qui représente le titulaire et ce qui attend",
            "de regarder qui représente le titulaire",
        ),
        Act::AskDestruction => verb("demandé la destruction du carnet", "la destruction du carnet"),
        Act::WithdrawDestruction => {
            verb("renoncé à la destruction du carnet", "de renoncer à la destruction")
        }
        Act::Dispute => verb("signalé un document comme faux", "le signalement d'un document"),
        Act::AnswerDispute => verb("répondu à un signalement", "une réponse à un signalement"),
        Act::LocateOwn => verb("retrouvé un document versé", "un document versé"),
        other => format!("fait « {other} »"),
    }
}

/// What takes two agents, as a noun.
fn of_two(act: Act) -> &'static str {
    match act {
        Act::Merge => "la réunion de deux carnets de la même personne",
        Act::Split => "le retour de documents à la personne dont ils sont",
        Act::Recall => "le retrait d'un document versé par erreur d'identité",
        Act::ReleaseToHeir => "la remise d'un document à un ayant droit",
        _ => "la fermeture pour fraude",
    }
}
