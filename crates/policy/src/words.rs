//! The rules in plain words: number, one sentence in French for the holder, one in English, and the source as the
//! holder reads it, in French. CSP = Code de la santé publique. "choix de ce service" = the sources are silent or
//! disagree.

use crate::rule::Rule;

#[derive(Clone, Copy)]
pub struct Words {
    pub number: &'static str,
    pub french: &'static str,
    pub english: &'static str,
    pub source: &'static str,
}

const fn say(
    number: &'static str,
    french: &'static str,
    english: &'static str,
    source: &'static str,
) -> Words {
    Words { number, french, english, source }
}

pub fn words(rule: Rule) -> Words {
    match rule {
        Rule::A1 => say(
            "A1",
            "Ce qui sert à alimenter un dossier ne permet jamais de le lire ; un professionnel lit avec son propre moyen d'identification.",
            "What feeds a record never reads it; a professional reads under their own proved identity.",
            "référentiel de sécurité du DMP : « le canal pour alimenter ne permet pas de consulter » ; plus strict que l'authentification indirecte renforcée (choix de ce service)",
        ),
        Rule::A2 => say(
            "A2",
            "Un dossier qui n'existe pas, qui est fermé ou détruit ne se lit pas et ne reçoit plus rien ; après un décès, un ayant droit peut demander un document précis.",
            "Nothing is read from, or fed to, a record that is absent, closed or destroyed; after a death an heir may ask for one named document.",
            "CSP L.1111-18, R.1111-36",
        ),
        Rule::A3 => say(
            "A3",
            "Un document supprimé n'est plus lu par personne ; un document remplacé ou archivé n'est montré que sur demande expresse.",
            "A deleted document is read by nobody; a replaced or archived one only when asked for expressly.",
            "EX_3.1-1030",
        ),
        Rule::A4 => say(
            "A4",
            "Vous accédez à votre propre dossier, avec deux preuves de votre identité.",
            "The holder reaches their own record, with two factors.",
            "CSP L.1111-19 ; référentiel d'identification électronique",
        ),
        Rule::A5 => say(
            "A5",
            "Vous lisez tout ce que contient votre dossier, y compris ce que vous avez masqué.",
            "The holder reads everything in their record, what is masked included.",
            "CSP L.1111-19 ; exigence R78",
        ),
        Rule::A6 => say(
            "A6",
            "Un document à annoncer en consultation attend cette annonce, un mois au plus.",
            "A document that calls for an announcement waits for it, one month at most.",
            "CSP R.1111-53 ; la façon de compter un mois est un choix de ce service",
        ),
        Rule::A7 => say(
            "A7",
            "Un mineur lit son dossier avec son propre compte à partir de l'âge prévu ; certains actes attendent sa majorité.",
            "A minor reads with an account of their own from the age set, and some acts wait for majority.",
            "CSP L.1111-5 ; l'âge est un choix de ce service",
        ),
        Rule::A8 => say(
            "A8",
            "Un représentant légal lit le dossier, et décide pour un mineur, dans les limites de son mandat.",
            "A representative reads, and decides for a minor, within the mandate.",
            "CSP L.1111-2 ; code civil, articles 371-1 et 459",
        ),
        Rule::A9 => say(
            "A9",
            "Un représentant légal ne voit rien de ce qui lui est caché, ni rien qui le révélerait.",
            "A representative sees nothing hidden from them, nor anything that would reveal it.",
            "CSP R.1111-50",
        ),
        Rule::A10 => say(
            "A10",
            "Chaque représentant a son compte et, en cas de désaccord, le refus l'emporte.",
            "Each representative has an account; where they disagree, refusing prevails.",
            "code civil, article 372-2",
        ),
        Rule::A11 => say(
            "A11",
            "Le professionnel et son organisation doivent être en exercice selon l'annuaire national, à l'instant même.",
            "The professional and the organisation must be active in the directory at this very instant.",
            "CSP L.1110-4-1 ; référentiel d'accès des professionnels",
        ),
        Rule::A12 => say(
            "A12",
            "La matrice d'habilitation ne donne pas ce type de document à toutes les professions.",
            "The matrix of habilitation must give this type of document to the reader's profession.",
            "CSP R.1111-46 ; arrêté du 26 octobre 2023",
        ),
        Rule::A13 => say(
            "A13",
            "Vous avez bloqué ce professionnel : il ne lit rien, quel que soit le motif.",
            "A professional whom the holder has blocked reads nothing, whatever the purpose.",
            "CSP L.1111-19 ; statut d'autorisation INTERDIT du DMP ; en urgence, choix de ce service",
        ),
        Rule::A14 => say(
            "A14",
            "Un professionnel lit votre dossier si vous l'avez autorisé, lui ou son organisation, ou s'il est votre médecin traitant, ou, là où c'est prévu, s'il est de l'équipe qui vous soigne.",
            "A professional reads when the holder authorised them or their organisation, is the attending doctor, or, where that is presumed, is of the team that cares.",
            "CSP R.1111-46, L.1111-16 ; la durée est un choix de ce service",
        ),
        Rule::A15 => say(
            "A15",
            "L'accès est interdit à qui agit pour un assureur, une mutuelle ou une administration, et limité pour la médecine du travail et les étudiants, qui agissent avec un senior.",
            "Whoever acts for an insurer or an administration is refused; occupational doctors are limited, and students act with a senior.",
            "CSP L.1111-18, L.1111-17",
        ),
        Rule::A16 => say(
            "A16",
            "Un document masqué n'existe que pour vous, pour qui l'a déposé et pour votre médecin traitant.",
            "A masked document exists only for the holder, its depositor and the attending doctor.",
            "CSP R.1111-49, L.1111-16",
        ),
        Rule::A17 => say(
            "A17",
            "Un professionnel ne se sert pas de son accès professionnel pour son propre dossier ni pour celui de qui il représente.",
            "A professional does not use professional access for their own record or that of someone they represent.",
            "CNIL, recommandations sur le dossier du patient (choix de ce service)",
        ),
        Rule::A18 => say(
            "A18",
            "En bris de glace, un professionnel lit si vous ne pouvez exprimer votre volonté, en cas de risque immédiat, sauf opposition de votre part.",
            "Breaking the glass: where the holder cannot express their will and the risk is immediate, unless opposed.",
            "CSP L.1111-17",
        ),
        Rule::A19 => say(
            "A19",
            "Le médecin régulateur du SAMU lit pendant l'appel, sauf opposition de votre part.",
            "A regulation doctor reads during the call, unless the holder opposed it.",
            "CSP L.1111-17",
        ),
        Rule::A20 => say(
            "A20",
            "Même en urgence, un document masqué le reste et la matrice d'habilitation s'applique.",
            "Even in an emergency masked documents stay masked and the matrix holds.",
            "CNIL (choix de ce service)",
        ),
        Rule::A21 => say(
            "A21",
            "Un accès en urgence vous est signalé aussitôt, ainsi qu'à votre médecin traitant.",
            "An emergency access is told at once to the holder and the attending doctor.",
            "CSP R.1111-48",
        ),
        Rule::A22 => say(
            "A22",
            "Vous lisez toutes les traces d'accès, votre médecin traitant celles des professionnels, un professionnel autorisé les siennes.",
            "The holder reads every trace line, the attending doctor those of professionals, an authorised professional their own.",
            "CSP L.1111-19, R.1111-43 ; ses propres traces tant qu'il est autorisé : choix de ce service",
        ),
        Rule::W1 => say(
            "W1",
            "Un dossier s'ouvre avec votre accord exprès, une identité vérifiée, vos deux réponses sur l'urgence et vos contacts.",
            "A record is opened with express consent, a qualified identity, both emergency answers and contacts.",
            "CSP L.1111-14, R.1111-28, R.1111-40",
        ),
        Rule::W2 => say(
            "W2",
            "Tout professionnel ou organisation alimente un dossier ouvert, si l'identité est vérifiée et concorde partout.",
            "Any professional or organisation feeds an open record, where the identity is qualified and agrees.",
            "CSP L.1111-15",
        ),
        Rule::W3 => say(
            "W3",
            "Ce à quoi vous vous êtes opposé n'est pas versé ; une fois l'accès donné, l'opposition demande un motif légitime.",
            "What the holder opposed is not fed; once access is given, opposing calls for a legitimate reason.",
            "CSP R.1111-47",
        ),
        Rule::W4 => say(
            "W4",
            "Chaque origine n'alimente que ce qui lui revient : remboursements, documents du titulaire, volet de synthèse médicale.",
            "Each origin feeds only its own: reimbursements, the holder's documents, the medical summary.",
            "CSP L.1111-15, L.1111-16 ; JDV_J57, classe 60",
        ),
        Rule::W5 => say(
            "W5",
            "Seul le déposant remplace, complète ou transforme un document, et seulement s'il est en vigueur ; vous pouvez lui dire qu'il est faux.",
            "Only the depositor replaces, completes or transforms a document, and only a current one; the holder may tell them that it is wrong.",
            "DMP-MDRF ; TD2.1b",
        ),
        Rule::W6 => say(
            "W6",
            "Seul le déposant supprime un document, et peut le rétablir un temps ; vous supprimez ceux que vous avez déposés.",
            "Only the depositor deletes a document, and restores it for a time; the holder in the personal space.",
            "DMP-MDRF ; TD3.3c",
        ),
        Rule::W7 => say(
            "W7",
            "Le déposant ou vous-même archivez un document.",
            "The depositor or the holder archives a document.",
            "TD3.3d",
        ),
        Rule::W8 => say(
            "W8",
            "Vous masquez et démasquez vos documents à tout moment ; le déposant et le médecin traitant le font à votre demande.",
            "The holder masks and unmasks at any time; the depositor and the attending doctor at the holder's request.",
            "CSP R.1111-49 ; TD3.3a",
        ),
        Rule::W9 => say(
            "W9",
            "Un document n'est caché qu'au moment du dépôt ou à la demande du mineur, ne peut être à la fois masqué et caché au titulaire, et, montré, le reste.",
            "A document is hidden at feeding or at the minor's request alone, is not both masked and hidden from the holder, and once shown stays so.",
            "CSP R.1111-50, R.1111-53 ; EX_2.1-1050, EX_3.3-1045",
        ),
        Rule::W10 => say(
            "W10",
            "Vous décidez de qui accède à votre dossier ; un professionnel n'enregistre que votre accord à son propre accès ; pour un mineur, ses représentants décident.",
            "The holder decides who has access; a professional only records the holder's agreement to their own; for a minor, representatives decide.",
            "CSP L.1111-19, R.1111-46, L.1111-16 ; EX_0.3-1010",
        ),
        Rule::W11 => say(
            "W11",
            "Vous fermez votre dossier quand vous voulez ; celui d'un enfant, tous les titulaires de l'autorité parentale ; le service, en cas de décès ou de fraude.",
            "The holder closes the record at any time; a child's, all who hold parental authority; the service, on death or fraud.",
            "CSP R.1111-36",
        ),
        Rule::W12 => say(
            "W12",
            "Un dossier fermé se rouvre avec votre accord, dans les dix ans.",
            "A closed record reopens with fresh consent, within ten years.",
            "CSP R.1111-36 ; TD1.2",
        ),
        Rule::W13 => say(
            "W13",
            "Un dossier est détruit dix ans après sa fermeture, ou à votre demande expresse.",
            "A record is destroyed ten years after closing, or on the holder's express request.",
            "CSP L.1111-18, R.1111-36",
        ),
        Rule::W14 => say(
            "W14",
            "Un agent ou un administrateur ne voit aucun contenu et ne change aucun droit, sauf formulaire signé de votre main.",
            "Agents and administrators see no content and change no right but by a form the holder signed.",
            "choix de ce service",
        ),
        Rule::W15 => say(
            "W15",
            "Qui agit pour un autre est nommé avec lui et n'a pas plus de droits que lui ; vos proches n'ont que ce que vous leur donnez.",
            "Who acts for another is named with them and has no more rights; those close to the holder have what the holder gives.",
            "CSP R.4127-65 ; choix de ce service",
        ),
        Rule::W16 => say(
            "W16",
            "Le service lui-même n'accomplit que les actes de ses tâches, chacun tracé.",
            "The service itself does only the acts its jobs need, each traced.",
            "choix de ce service",
        ),
        Rule::Volume => say(
            "V1",
            "Le nombre de dossiers demandés dépasse ce qui est permis, ou l'accès a été coupé.",
            "More records were asked for than the budget allows, or access was cut off.",
            "exigence : maîtrise du volume des accès",
        ),
        Rule::Profile => say(
            "P1",
            "Les règles ne changent que par deux personnes, et le changement est tracé.",
            "The rules change by two persons alone, and the change is traced.",
            "choix de ce service",
        ),
        Rule::Default => say(
            "D",
            "Aucune règle ne permet cet acte.",
            "No rule permits this act.",
            "tout ce qui n'est pas permis est refusé",
        ),
    }
}
