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

/// `by` is the professional's public name, as the directory shows it.
pub fn first_access(by: &str) -> Words {
    words(
        "Premier accès à votre carnet de santé",
        format!(
            "{by} a consulté votre carnet de santé pour la première fois. Connectez-vous pour voir ce qui a été \
             consulté. Si ce n'était pas attendu, vous pouvez bloquer ce professionnel."
        ),
    )
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

/// The one-time code: valid ten minutes.
pub fn code(code: &str) -> Words {
    words(
        "Votre code d'accès",
        format!(
            "Votre code d'accès est {code}. Il est valable 10 minutes et une seule fois. Ne le donnez à personne."
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

    #[test]
    fn no_notice_but_the_letter_and_the_code_carries_a_secret_or_a_link() {
        for words in [
            opened(),
            guessed(),
            password_changed(),
            first_access("Dr A"),
            rights_recorded("Dr A", "une autorisation d'accès"),
        ] {
            assert!(
                !words.text.contains("http") && !words.text.chars().any(|it| it.is_ascii_digit()),
                "{words:?}"
            );
        }
    }
}
