//! The words of each notice, in French, for the holder.

/// A subject and a text, ready for any channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub subject: String,
    pub text: String,
}

fn words(subject: &str, text: String) -> Words {
    Words { subject: subject.to_owned(), text }
}

pub fn opened() -> Words {
    words(
        "Votre carnet de santé est ouvert",
        "Votre carnet de santé vient d'être ouvert, avec votre accord. Si vous ne l'avez pas demandé, dites-le à \
         l'accueil de votre caisse : il sera fermé."
            .into(),
    )
}

pub fn closed() -> Words {
    words(
        "Votre carnet de santé est fermé",
        "Votre carnet de santé vient d'être fermé : plus personne ne le consulte. Il peut être rouvert pendant dix \
         ans. Si vous ne l'avez pas demandé, dites-le à l'accueil de votre caisse."
            .into(),
    )
}

/// Closed by the service, for fraud: not to be reopened.
pub fn closed_for_fraud() -> Words {
    words(
        "Votre carnet de santé est fermé",
        "Un usage frauduleux de votre carnet de santé a été constaté : il vient d'être fermé, et plus personne ne le \
         consulte. Vous pouvez encore y lire qui l'a consulté. Pour en savoir plus, adressez-vous à l'accueil de votre \
         caisse."
            .into(),
    )
}

/// To both persons of a correction, alike: neither learns of the other.
pub fn identity_corrected() -> Words {
    words(
        "Une correction dans votre carnet de santé",
        "Une erreur d'identité a été corrigée dans votre carnet de santé : ce qui n'était pas à vous n'y est plus, et ce \
         qui est à vous s'y trouve. Connectez-vous pour le relire. Si quelque chose ne va pas, dites-le à l'accueil de \
         votre caisse."
            .into(),
    )
}

/// The holder asked that the record be destroyed.
pub fn destruction_asked() -> Words {
    words(
        "La destruction de votre carnet de santé est demandée",
        "La destruction de votre carnet de santé, avec tout ce qu'il contient, vient d'être demandée. Elle se fera dans un \
         mois au plus tôt. Jusque-là vous pouvez y renoncer. Si vous ne l'avez pas demandée, connectez-vous et \
         renoncez-y, ou dites-le à l'accueil de votre caisse."
            .into(),
    )
}

pub fn destruction_withdrawn() -> Words {
    words(
        "Votre carnet de santé ne sera pas détruit",
        "La demande de destruction de votre carnet de santé vient d'être retirée : il reste comme il est. Si ce n'était pas \
         vous, dites-le à l'accueil de votre caisse."
            .into(),
    )
}

/// The depositor answered. What they say, or did, is read in the record.
pub fn dispute_answered() -> Words {
    words(
        "Réponse à votre signalement",
        "La personne ou l'établissement qui a déposé un document que vous aviez signalé comme faux vous a répondu. \
         Connectez-vous pour lire la réponse."
            .into(),
    )
}

pub fn reopened() -> Words {
    words(
        "Votre carnet de santé est rouvert",
        "Votre carnet de santé vient d'être rouvert, tel qu'il était. Si vous ne l'avez pas demandé, dites-le à \
         l'accueil de votre caisse : il sera fermé."
            .into(),
    )
}

/// To whoever deposited a document that its holder says is wrong. `reference` is the document's opaque id.
pub fn disputed(reference: &str) -> Words {
    words(
        "Un document que vous avez déposé est contesté",
        format!(
            "Le titulaire d'un carnet de santé signale comme faux un document que vous y avez déposé. \
             Référence : {reference}. Vérifiez-le, remplacez-le ou supprimez-le s'il est faux, et répondez."
        ),
    )
}

pub fn to_be_destroyed() -> Words {
    words(
        "Votre carnet de santé va être détruit",
        "Votre carnet de santé va être détruit, avec tout ce qu'il contient, et ne pourra pas être retrouvé. Pour en \
         garder une copie ou vous y opposer, adressez-vous à l'accueil de votre caisse."
            .into(),
    )
}

/// `by` are professionals' public names, as the directory shows them; `others` are those it does not name.
/// `first`: of each of them the first.
pub fn accesses(by: &[&str], others: usize, first: bool) -> Words {
    let who = match (by, others) {
        ([], _) => format!("{others} professionnels ont"),
        ([one], 0) => format!("{one} a"),
        ([some @ .., last], 0) => format!("{} et {last} ont", some.join(", ")),
        (some, 1) => format!("{} et un autre professionnel ont", some.join(", ")),
        (some, _) => format!("{} et {others} autres professionnels ont", some.join(", ")),
    };
    let (subject, time) = match first {
        true => ("Premier accès à votre carnet de santé", " pour la première fois"),
        false => ("Un accès à votre carnet de santé", ""),
    };
    words(
        subject,
        format!(
            "{who} consulté votre carnet de santé{time}. Connectez-vous pour voir ce qui a été consulté. Si ce n'était pas \
             attendu, vous pouvez bloquer ce professionnel."
        ),
    )
}

/// Wrong codes were tried until none was left: whoever did knows the password.
pub fn guessed() -> Words {
    words(
        "Des codes faux ont été essayés",
        "Quelqu'un a donné votre mot de passe, puis cinq codes faux, pour ouvrir votre carnet de santé. Votre carnet \
         est resté fermé. Si ce n'était pas vous, ouvrez-le et changez votre mot de passe, ou demandez une nouvelle \
         lettre à un point d'accueil."
            .to_owned(),
    )
}

/// The password was changed by who had the old one.
pub fn password_changed() -> Words {
    words(
        "Votre mot de passe a changé",
        "Le mot de passe de votre carnet de santé vient d'être changé, et les autres connexions ont été fermées. Si \
         ce n'était pas vous, allez à un point d'accueil avec une pièce d'identité : une nouvelle lettre vous y sera \
         remise."
            .to_owned(),
    )
}

pub fn emergency(by: &str) -> Words {
    words(
        "Un accès en urgence à votre carnet de santé",
        format!(
            "{by} vient d'ouvrir votre carnet de santé en urgence, sans votre autorisation préalable, comme la loi le \
             permet. Cet accès est tracé et sera vérifié. Si ce n'était pas une urgence, vous pouvez le contester."
        ),
    )
}

/// To the attending doctor: who the patient is stands in the record, not here.
pub fn patient_emergency() -> Words {
    words(
        "Un accès en urgence au carnet d'un de vos patients",
        "Le carnet de santé d'un patient dont vous êtes le médecin traitant vient d'être ouvert en urgence. \
         Connectez-vous pour en savoir plus."
            .into(),
    )
}

pub fn contacts_changed() -> Words {
    words(
        "Vos coordonnées ont changé",
        "Les coordonnées auxquelles votre carnet de santé vous écrit viennent de changer. Ce message part aux \
         anciennes et aux nouvelles. Si ce n'était pas vous, dites-le à l'accueil de votre caisse."
            .into(),
    )
}

pub fn factor_changed() -> Words {
    words(
        "Votre façon de vous connecter a changé",
        "Un moyen de vous connecter à votre carnet de santé vient de changer. Si ce n'était pas vous, dites-le à \
         l'accueil de votre caisse."
            .into(),
    )
}

/// The message of the day: a number, and nothing else of what came.
pub fn documents(new: usize) -> Words {
    let what = if new == 1 { "1 nouveau document".to_owned() } else { format!("{new} nouveaux documents") };
    words(
        "Du nouveau dans votre carnet de santé",
        format!("Votre carnet de santé contient {what}. Connectez-vous pour en savoir plus."),
    )
}

/// After two weeks, in the words of the rule (A6; CSP R.1111-53).
pub fn updated_see_a_professional() -> Words {
    words(
        "Votre carnet de santé a été mis à jour",
        "Votre carnet de santé a été mis à jour. Nous vous invitons à consulter un professionnel de santé, \
         notamment votre médecin traitant."
            .into(),
    )
}

/// Under a notice: a link that shows nothing and can only restrict.
pub fn restrict(by: &str, link: &str) -> String {
    format!("\n\nBloquer {by}, ou contester cet accès, sans vous connecter : {link}")
}

/// `what` is a phrase: "une autorisation d'accès".
pub fn rights_recorded(by: &str, what: &str) -> Words {
    words(
        "Un changement dans votre carnet de santé",
        format!(
            "{by} a enregistré {what} dans votre carnet de santé. Si ce n'était pas votre choix, vous pouvez le retirer."
        ),
    )
}

/// The one-time code: valid ten minutes.
pub fn code(code: &str) -> Words {
    words(
        "Votre code d'accès",
        format!(
            "Votre code d'accès est {code}. Il est valable 10 minutes et une seule fois. Ne le donnez à personne."
        ),
    )
}

/// The letter with the secrets, handed over at the opening and never printed again.
pub fn secrets(login: &str, password: &str) -> Words {
    words(
        "Vos identifiants de carnet de santé",
        format!(
            "Identifiant : {login}\nMot de passe temporaire : {password}\n\nÀ votre première connexion, vous \
             choisirez votre propre mot de passe. Un code vous sera envoyé à chaque connexion. Gardez cette lettre \
             comme vous gardez une clé."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_secrets() -> Vec<Words> {
        vec![
            opened(),
            closed(),
            reopened(),
            closed_for_fraud(),
            identity_corrected(),
            destruction_asked(),
            destruction_withdrawn(),
            dispute_answered(),
            to_be_destroyed(),
            accesses(&["Dr A"], 0, true),
            accesses(&["Dr A", "Dr B"], 1, false),
            emergency("Dr A"),
            patient_emergency(),
            rights_recorded("Dr A", "une autorisation d'accès"),
            contacts_changed(),
            factor_changed(),
            updated_see_a_professional(),
            guessed(),
            password_changed(),
        ]
    }

    #[test]
    fn no_notice_but_the_letter_and_the_code_carries_a_secret_or_a_link() {
        for words in without_secrets() {
            assert!(
                !words.text.contains("http") && !words.text.chars().any(|it| it.is_ascii_digit()),
                "{words:?}"
            );
        }
    }

    #[test]
    fn several_readers_are_one_sentence() {
        let says = |by: &[&str], others, said: &str| {
            let text = accesses(by, others, false).text;
            assert!(text.starts_with(said), "{text}");
        };
        says(&["Dr A"], 0, "Dr A a consulté");
        says(&["Dr A", "Dr B"], 0, "Dr A et Dr B ont consulté");
        says(&["Dr A", "Dr B"], 1, "Dr A, Dr B et un autre professionnel ont consulté");
        says(&["Dr A", "Dr B"], 7, "Dr A, Dr B et 7 autres professionnels ont consulté");
    }

    #[test]
    fn the_message_of_the_day_is_a_number() {
        assert!(documents(1).text.contains("contient 1 nouveau document."));
        assert!(documents(12).text.contains("contient 12 nouveaux documents."));
    }
}
