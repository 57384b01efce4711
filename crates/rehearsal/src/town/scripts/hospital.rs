//! What hospitals and clinics write: stays, letters, operations, emergencies, births, cancers.

use super::{
    ALLERGIES, ASSESSMENT, EVOLUTION, EXAMINATION, FINDINGS, Form, HISTORY, PAST, PLAN, PROCEDURE, REASON,
    STAY, Script, TREATMENT,
};

macro_rules! script {
    ($name:ident, $kind:literal, $title:literal, $form:ident, $($part:expr),+ $(,)?) => {
        pub(in crate::town) static $name: Script =
            Script { kind: $kind, title: $title, setting: STAY, form: Form::$form, parts: &[$($part),+] };
    };
}

/// A stay makes two documents: the report for the colleague, the letter on the day of leaving.
#[derive(Debug)]
pub(in crate::town) struct Stay {
    pub report: &'static Script,
    pub letter: &'static Script,
    /// Shortest and longest, in days.
    pub days: (i64, i64),
}

script!(
    HEART_REPORT,
    "34112-3",
    "Hospitalisation en cardiologie",
    Sections,
    (
        REASON,
        "Motif d'hospitalisation",
        &["Décompensation cardiaque globale, dyspnée stade [III|IV] et prise de {3-8} kg en {5-14} jours."]
    ),
    (
        PAST,
        "Antécédents",
        &[
            "Cardiopathie [ischémique|hypertensive|dilatée] connue. [Hypertension traitée.|Dyslipidémie.|Syndrome d'apnées du sommeil appareillé.]"
        ]
    ),
    (ALLERGIES, "Allergies", &["{allergy}"]),
    (
        EXAMINATION,
        "À l'entrée",
        &[
            "TA {ta}, pouls {92-118}/min, SpO₂ {86-92} % en air ambiant. Crépitants jusqu'à mi-champs, œdèmes des membres inférieurs remontant aux genoux, turgescence jugulaire.",
            "Électrocardiogramme : [rythme sinusal, bloc de branche gauche connu|fibrillation atriale à 110/min|tachycardie sinusale]. Radiographie : épanchement pleural bilatéral de faible abondance.",
            "NT-proBNP {3200-9800} ng/L, créatinine {96-168} µmol/L, kaliémie [3,8|4,1|4,4|4,7] mmol/L.",
        ]
    ),
    (
        EVOLUTION,
        "Évolution",
        &[
            "Furosémide intraveineux pendant {3-5} jours puis relais oral. Perte de {4-8} kg, poids de sortie {kg} kg. Oxygène sevré à J{2-4}.",
            "Échocardiographie : FEVG {fevg} %, pressions droites modérément élevées, pas de valvulopathie sévère. Facteur déclenchant : [écart de régime sodé|infection bronchique|oubli du traitement|passage en fibrillation].",
            "Éducation : pesée quotidienne, signes d'alerte, régime à 6 g de sel.",
        ]
    ),
    (
        TREATMENT,
        "Traitement de sortie",
        &[
            "- Furosémide [40|60|80] mg le matin",
            "- Bisoprolol [2,5|5] mg",
            "- Sacubitril/valsartan [24/26|49/51] mg deux fois par jour",
            "- Dapagliflozine 10 mg",
            "- Spironolactone 25 mg"
        ]
    ),
    (
        PLAN,
        "Suites",
        &[
            "Ionogramme et créatinine à une semaine. Consultation de cardiologie à un mois. Retour à domicile avec passage infirmier deux fois par semaine."
        ]
    )
);

script!(
    HEART_LETTER,
    "11490-0",
    "Lettre de sortie de cardiologie",
    Sections,
    (
        REASON,
        "Motif",
        &[
            "Cher confrère, {Monsieur} votre {patient} a été hospitalisé{e} {days} jours pour une décompensation cardiaque."
        ]
    ),
    (
        EVOLUTION,
        "Synthèse du séjour",
        &[
            "Évolution favorable sous diurétiques intraveineux. Poids de sortie : {kg} kg, à prendre comme poids de référence. TA {ta}."
        ]
    ),
    (
        TREATMENT,
        "Ce qui a changé",
        &[
            "- Furosémide augmenté",
            "- Spironolactone introduite : surveiller la kaliémie",
            "- Anti-inflammatoires à proscrire"
        ]
    ),
    (
        PLAN,
        "Ce qui vous est demandé",
        &[
            "- Ionogramme, créatinine à une semaine",
            "- Consultation chez vous sous dix jours",
            "- Cardiologue à un mois"
        ]
    )
);

pub(in crate::town) static HEART: Stay = Stay { report: &HEART_REPORT, letter: &HEART_LETTER, days: (5, 11) };

script!(
    LUNG_REPORT,
    "34112-3",
    "Hospitalisation en médecine interne",
    Sections,
    (
        REASON,
        "Motif d'hospitalisation",
        &["Pneumopathie [basale {cotee}|lobaire {cotee}] hypoxémiante chez {Le} {patient} de {age}."]
    ),
    (
        HISTORY,
        "Histoire",
        &[
            "Toux productive et fièvre à {fever} °C depuis {3-6} jours, altération de l'état général, [confusion discrète|asthénie majeure]."
        ]
    ),
    (
        EXAMINATION,
        "À l'entrée",
        &[
            "TA {ta}, pouls {94-116}/min, SpO₂ {87-92} %. Foyer de crépitants {cote}. CRP {86-240} mg/L, leucocytes {12-19} G/L."
        ]
    ),
    (
        FINDINGS,
        "Examens",
        &[
            "Radiographie : opacité alvéolaire {cotee}. Antigénurie pneumocoque [positive|négative]. Hémocultures stériles."
        ]
    ),
    (
        EVOLUTION,
        "Évolution",
        &[
            "Amoxicilline [et acide clavulanique|seule] {7-10} jours, apyrexie à J{2-4}, oxygène sevré à J{3-5}. Kinésithérapie. Autonomie retrouvée à la sortie."
        ]
    ),
    (PLAN, "Suites", &["Radiographie de contrôle à six semaines. Vaccination pneumocoque à compléter."])
);

script!(
    LUNG_LETTER,
    "11490-0",
    "Lettre de sortie de médecine interne",
    Sections,
    (
        REASON,
        "Motif",
        &["{Monsieur} votre {patient} a séjourné {days} jours dans le service pour une pneumopathie."]
    ),
    (
        EVOLUTION,
        "Synthèse du séjour",
        &["Évolution favorable sous antibiotique. À la sortie : apyrétique, SpO₂ {sat} % en air ambiant."]
    ),
    (
        PLAN,
        "Ce qui vous est demandé",
        &[
            "- Fin de l'antibiotique à domicile",
            "- Radiographie de contrôle dans six semaines",
            "- Vaccination à compléter"
        ]
    )
);

pub(in crate::town) static LUNGS: Stay = Stay { report: &LUNG_REPORT, letter: &LUNG_LETTER, days: (4, 9) };

script!(
    ORTHOPAEDIC_REPORT,
    "34112-3",
    "Hospitalisation en chirurgie orthopédique",
    Sections,
    (
        REASON,
        "Motif d'hospitalisation",
        &[
            "Fracture du col du fémur {cote} après une chute de sa hauteur, [au domicile|dans la rue|au lever]."
        ]
    ),
    (
        PAST,
        "Antécédents",
        &[
            "[Hypertension.|Ostéoporose connue.|Cataracte opérée.] Vit [seul{e} à domicile|avec aide quotidienne|en établissement]."
        ]
    ),
    (
        EVOLUTION,
        "Évolution",
        &[
            "Intervention à J1. Lever à J1, appui complet autorisé. Hémoglobine à {86-108} g/L, [pas de transfusion|deux concentrés érythrocytaires]. [Épisode confusionnel bref, résolutif.|Pas de complication.]"
        ]
    ),
    (
        TREATMENT,
        "Traitement de sortie",
        &[
            "- Énoxaparine 4000 UI par jour, 35 jours",
            "- Paracétamol 1 g trois fois par jour",
            "- Vitamine D"
        ]
    ),
    (
        PLAN,
        "Suites",
        &[
            "[Soins de suite pendant trois semaines.|Retour à domicile avec kinésithérapie.] Consultation de contrôle avec radiographie à six semaines."
        ]
    )
);

script!(
    ORTHOPAEDIC_LETTER,
    "11490-0",
    "Lettre de sortie de chirurgie",
    Sections,
    (
        REASON,
        "Motif",
        &[
            "{Monsieur} votre {patient} a été opéré{e} d'une fracture du col du fémur {cote} et quitte le service après {days} jours."
        ]
    ),
    (EVOLUTION, "Synthèse", &["Suites simples. Marche avec deux cannes, appui complet. Cicatrice propre."]),
    (
        PLAN,
        "Ce qui vous est demandé",
        &[
            "- Anticoagulation préventive 35 jours, plaquettes deux fois par semaine",
            "- Ablation des agrafes à J15",
            "- Bilan d'ostéoporose"
        ]
    )
);

pub(in crate::town) static HIP: Stay =
    Stay { report: &ORTHOPAEDIC_REPORT, letter: &ORTHOPAEDIC_LETTER, days: (6, 10) };

script!(
    HIP_OPERATION,
    "34874-8",
    "Compte rendu opératoire, hanche",
    Sections,
    (REASON, "Indication", &["Fracture cervicale vraie du fémur {cote}, déplacée (Garden IV)."]),
    (
        PROCEDURE,
        "Intervention",
        &[
            "Arthroplastie de hanche {cotee} par [voie postérieure|voie antérieure], [prothèse intermédiaire|prothèse totale] [cimentée|sans ciment]. Sous anesthésie [générale|rachidienne], décubitus latéral.",
            "Antibioprophylaxie par céfazoline 2 g. Réduction, tests de stabilité satisfaisants. Fermeture plan par plan, agrafes. Durée {58-95} min, saignement {150-400} mL.",
        ]
    ),
    (PLAN, "Consignes", &["- Lever dès le lendemain", "- Appui complet", "- Thromboprophylaxie 35 jours"])
);

script!(
    KNEE_OPERATION,
    "34874-8",
    "Compte rendu opératoire, genou",
    Sections,
    (
        REASON,
        "Indication",
        &["Gonarthrose {cotee} évoluée, périmètre de marche réduit à {200-600} m malgré traitement médical."]
    ),
    (
        PROCEDURE,
        "Intervention",
        &[
            "Prothèse totale de genou {cote} par voie antéromédiale, sous rachianesthésie, garrot {52-78} min. Coupes guidées, bonne balance ligamentaire, flexion peropératoire {115-130}°. Fermeture sans drain."
        ]
    ),
    (
        PLAN,
        "Consignes",
        &["- Rééducation dès le jour même", "- Cannes trois semaines", "- Contrôle à six semaines"]
    )
);

script!(
    CATARACT_OPERATION,
    "34874-8",
    "Compte rendu opératoire, cataracte",
    Enclosed,
    (REASON, "Indication", &["Cataracte de l'œil {cote}, acuité {2-5}/10."]),
    (
        PROCEDURE,
        "Intervention",
        &[
            "Phacoémulsification sous anesthésie topique, implant souple de chambre postérieure +{18-24} D. Pas d'incident. Durée {11-19} min."
        ]
    ),
    (PLAN, "Consignes", &["- Collyres quatre semaines selon ordonnance", "- Contrôle à J7"])
);

script!(
    APPENDIX_OPERATION,
    "34874-8",
    "Compte rendu opératoire, appendicectomie",
    Sections,
    (REASON, "Indication", &["Appendicite aiguë non compliquée, confirmée au scanner."]),
    (
        PROCEDURE,
        "Intervention",
        &[
            "Cœlioscopie à trois trocarts. Appendice [phlegmoneux|inflammatoire], liquide réactionnel minime. Appendicectomie, toilette, pas de drainage. Durée {32-58} min."
        ]
    ),
    (PLAN, "Consignes", &["- Sortie à J1", "- Pas de sport pendant trois semaines"])
);

script!(
    ANAESTHESIA,
    "34749-2",
    "Consultation d'anesthésie",
    Enclosed,
    (REASON, "Motif", &["Consultation avant intervention programmée, {Le} {patient} de {age}."]),
    (ALLERGIES, "Allergies", &["{allergy}"]),
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {kg} kg, taille {cm} cm, TA {ta}. Mallampati {1-3}, ouverture de bouche normale. ASA {1-3}."
        ]
    ),
    (
        PLAN,
        "Conclusion",
        &[
            "- Anesthésie [générale|locorégionale] expliquée et acceptée",
            "- Jeûne solide six heures, liquides clairs deux heures",
            "- [Traitement habituel poursuivi|Metformine arrêtée la veille]"
        ]
    )
);

script!(
    EMERGENCY_FALL,
    "15507-7",
    "Passage aux urgences pour chute",
    Sections,
    (
        REASON,
        "Motif",
        &[
            "[Chute dans l'escalier|Chute à vélo|Chute au sport|Chute de sa hauteur] avec douleur du [poignet|bras] {cote}."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "TA {ta}, pouls {fc}/min, Glasgow 15. Déformation et impotence du poignet {cote}, pas de trouble vasculonerveux."
        ]
    ),
    (
        FINDINGS,
        "Examens",
        &["Radiographies : fracture de l'extrémité distale du radius {cote}, [peu déplacée|non déplacée]."]
    ),
    (
        PLAN,
        "Orientation",
        &[
            "- Réduction sous MEOPA et immobilisation plâtrée",
            "- Contrôle radiographique à une semaine",
            "- Antalgiques, surveillance sous plâtre remise par écrit"
        ]
    )
);

script!(
    EMERGENCY_ASTHMA,
    "15507-7",
    "Passage aux urgences pour crise d'asthme",
    Sections,
    (
        REASON,
        "Motif",
        &[
            "Crise d'asthme depuis {3-9} heures [après exposition au chat|dans un contexte de rhinite|à l'effort]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "SpO₂ {91-94} %, fréquence respiratoire {24-32}/min, sibilants bilatéraux. DEP {45-65} % de la valeur habituelle."
        ]
    ),
    (
        EVOLUTION,
        "Évolution",
        &["Trois nébulisations de salbutamol, prednisolone orale. DEP à {78-92} % après deux heures."]
    ),
    (
        PLAN,
        "Orientation",
        &["- Retour à domicile, corticoïde oral cinq jours", "- Consultation chez {doctor} sous 72 heures"]
    )
);

script!(
    EMERGENCY_CHILD,
    "15507-7",
    "Passage aux urgences pédiatriques",
    Sections,
    (
        REASON,
        "Motif",
        &[
            "[Fièvre mal tolérée.|Gêne respiratoire.|Traumatisme crânien sans perte de connaissance.] Enfant de {age}."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Température {fever} °C, SpO₂ {sat} %, {kg} kg. Bon état hémodynamique, [méninges souples|tirage intercostal modéré|examen neurologique normal]."
        ]
    ),
    (
        PLAN,
        "Orientation",
        &[
            "- Retour à domicile après surveillance de {3-6} heures",
            "- Consignes écrites remises aux parents"
        ]
    )
);

script!(
    DELIVERY,
    "15508-5",
    "Compte rendu d'accouchement",
    Sections,
    (
        REASON,
        "Contexte",
        &[
            "Grossesse de {38-41} semaines d'aménorrhée, [premier accouchement|deuxième accouchement], travail spontané."
        ]
    ),
    (
        PROCEDURE,
        "Accouchement",
        &[
            "Analgésie péridurale. Durée du travail {4-11} h. Naissance par [voie basse spontanée|voie basse avec ventouse|césarienne pour stagnation]. Enfant vivant, {2850-3900} g, Apgar [10/10/10|9/10/10|8/10/10]. Pertes {150-450} mL."
        ]
    ),
    (PLAN, "Suites", &["Allaitement [maternel|mixte|artificiel]. Consultation postnatale à six semaines."])
);

script!(
    MATERNITY,
    "89235-6",
    "Synthèse des suites de couches",
    Enclosed,
    (
        EVOLUTION,
        "Séjour en maternité",
        &[
            "Suites simples, {days} jours. TA {114-126}/{64-76} mmHg, hémoglobine {104-124} g/L. Rhésus et rubéole vérifiés."
        ]
    ),
    (
        PLAN,
        "Sortie",
        &[
            "- Passage de la sage-femme à domicile à deux reprises",
            "- Rééducation périnéale après la consultation postnatale"
        ]
    )
);

script!(
    BREAST_MEETING,
    "34794-8",
    "Réunion de concertation, sénologie",
    Sections,
    (
        HISTORY,
        "Dossier",
        &[
            "{Le} {patient} de {age}. Carcinome infiltrant de type non spécifique du sein {cote}, {mm} mm, grade {1-3}, récepteurs hormonaux positifs, HER2 négatif, pN0."
        ]
    ),
    (
        ASSESSMENT,
        "Avis de la réunion",
        &[
            "Chirurgie conservatrice faite, marges saines. Radiothérapie du sein {cote}. Hormonothérapie cinq ans. [Pas de chimiothérapie.|Chimiothérapie adjuvante proposée.]"
        ]
    ),
    (PLAN, "Suite", &["Consultation d'annonce et plan personnalisé de soins remis."])
);

script!(
    COLON_MEETING,
    "34794-8",
    "Réunion de concertation, oncologie digestive",
    Sections,
    (
        HISTORY,
        "Dossier",
        &[
            "{Le} {patient} de {age}. Adénocarcinome du côlon [sigmoïde|droit], réséqué, pT3 [N0|N1] M0, stable sur le plan microsatellitaire."
        ]
    ),
    (
        ASSESSMENT,
        "Avis de la réunion",
        &["[Surveillance seule.|Chimiothérapie adjuvante par capécitabine et oxaliplatine, trois mois.]"]
    ),
    (
        PLAN,
        "Suite",
        &["ACE et consultation tous les trois mois, scanner tous les six mois, coloscopie à un an."]
    )
);

script!(
    PROSTATE_MEETING,
    "34794-8",
    "Réunion de concertation, urologie",
    Sections,
    (
        HISTORY,
        "Dossier",
        &[
            "{Le} {patient} de {age}. Adénocarcinome prostatique, score de Gleason [3+3|3+4], PSA initial {6-12} µg/L, cT1c N0 M0."
        ]
    ),
    (
        ASSESSMENT,
        "Avis de la réunion",
        &["[Surveillance active.|Radiothérapie exclusive.|Prostatectomie totale.]"]
    ),
    (PLAN, "Suite", &["PSA tous les six mois."])
);

script!(
    PATHOLOGY_BREAST,
    "60568-3",
    "Anatomopathologie, pièce mammaire",
    Sections,
    (
        FINDINGS,
        "Macroscopie et microscopie",
        &[
            "Pièce de tumorectomie du sein {cote}, {38-72} g. Carcinome infiltrant de {mm} mm, marges [saines, au plus près à 4 mm|saines]. Un ganglion sentinelle indemne."
        ]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &["pT1 pN0(sn). Récepteurs des œstrogènes {80-100} %, de la progestérone {40-95} %, Ki67 {6-24} %."]
    )
);

script!(
    PATHOLOGY_COLON,
    "60568-3",
    "Anatomopathologie, colectomie",
    Sections,
    (
        FINDINGS,
        "Macroscopie et microscopie",
        &[
            "Colectomie de {18-32} cm. Tumeur ulcéro-bourgeonnante de {24-52} mm, infiltrant la sous-séreuse. {14-26} ganglions examinés."
        ]
    ),
    (ASSESSMENT, "Conclusion", &["Adénocarcinome moyennement différencié, pT3, limites saines."])
);

script!(
    CANCER_PLAN,
    "18776-5",
    "Plan personnalisé de soins",
    Enclosed,
    (
        TREATMENT,
        "Les étapes prévues",
        &[
            "- [Chirurgie : faite|Surveillance rapprochée]",
            "- [Radiothérapie : {16-25} séances|Traitement par comprimés]",
            "- Examens de surveillance tous les six mois"
        ]
    ),
    (
        PLAN,
        "Vos contacts",
        &[
            "Infirmière de coordination du service, du lundi au vendredi. En cas de fièvre au-dessus de 38 °C, appeler sans attendre."
        ]
    )
);

script!(
    ONCOLOGY,
    "11488-4",
    "Consultation d'oncologie",
    Sections,
    (REASON, "Motif", &["Surveillance, {Le} {patient} de {age}."]),
    (
        EXAMINATION,
        "Examen",
        &[
            "État général conservé (OMS {0-1}), poids {kg} kg. Examen clinique [sans particularité|sans argument pour une récidive]."
        ]
    ),
    (
        FINDINGS,
        "Examens",
        &["Marqueurs [stables|dans les limites]. Imagerie [sans anomalie nouvelle|inchangée]."]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &[
            "[Pas d'argument pour une récidive.|Rémission maintenue.] Tolérance du traitement [bonne|correcte, bouffées de chaleur modérées]."
        ]
    ),
    (PLAN, "Suite", &["Prochaine consultation dans six mois, bilan la semaine précédente."])
);

script!(
    CHEMOTHERAPY,
    "80565-5",
    "Administration de chimiothérapie",
    Enclosed,
    (
        TREATMENT,
        "Cure",
        &[
            "Hôpital de jour. Bilan du jour : polynucléaires [1,9|2,4|3,1] G/L, plaquettes {160-310} G/L, créatinine normale. Cure administrée à pleine dose, voie centrale, [sans incident|nausées grade 1]."
        ]
    ),
    (PLAN, "Suite", &["Prochaine cure dans 21 jours. Numération la veille."])
);

script!(
    CONCILIATION,
    "80820-4",
    "Conciliation des traitements",
    Enclosed,
    (
        TREATMENT,
        "Bilan à l'entrée",
        &[
            "Sources : ordonnance, pharmacie, entretien. [Aucune divergence.|Une divergence : somnifère non déclaré, arrêté.|Deux doublons corrigés.]"
        ]
    ),
    (PLAN, "Transmission", &["Liste comparée remise à la sortie et transmise à {doctor}."])
);
