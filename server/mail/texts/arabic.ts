import type { FactorCode, RoleCode } from "../mail-kinds.ts";
import type { MailTexts } from "./mail-words.ts";

const ROLE: Readonly<Record<RoleCode, string>> = {
  agent: "موظف خدمة",
  team_lead: "قائد فريق",
  admin: "مشرف",
  owner: "مالك",
};

const FACTOR: Readonly<Record<FactorCode, string>> = {
  passkey: "مفتاح مرور",
  totp: "تطبيق مصادقة",
  recovery_codes: "مجموعة جديدة من رموز الاسترداد",
};

const NOT_YOU = "إن لم تكن أنت من فعل ذلك، فأخبر مشرف مساحة عملك الآن وغيّر كلمة المرور.";
const NEVER = "لا يطلب Wardroom كلمة المرور ولا أي رمز في رسالة أو مكالمة أبدًا.";

export const arabic: MailTexts = {
  invitation: ({ workspaceName, inviterName, role, expiresAt, link }, { name, moment }) => ({
    subject: `دعوة للانضمام إلى ${name(workspaceName)} على Wardroom`,
    paragraphs: [
      `يدعوك ${name(inviterName)} إلى ${name(workspaceName)} بصفة ${ROLE[role]}.`,
      "تختار كلمة مرور وتُعدّ عاملًا ثانيًا، ثم يمكنك البدء.",
    ],
    action: { label: "قبول الدعوة", link },
    notes: [
      `يعمل الرابط مرة واحدة، لهذا العنوان، حتى ${moment(expiresAt)}.`,
      "إن لم تكن تنتظر هذه الدعوة فلا تفعل شيئًا.",
    ],
  }),

  password_reset: ({ link }) => ({
    subject: "اختر كلمة مرور جديدة",
    paragraphs: [
      "طلب أحدهم، ولعلّه أنت، كلمة مرور جديدة لحسابك في Wardroom.",
      "ستحتاج أيضًا إلى عاملك الثاني.",
    ],
    action: { label: "اختيار كلمة مرور جديدة", link },
    notes: [
      "يعمل الرابط مرة واحدة، لمدة 10 دقائق.",
      "إن لم تطلب ذلك فلا تفعل شيئًا: تبقى كلمة المرور كما هي.",
    ],
  }),
  password_changed: ({ at }, { moment }) => ({
    subject: "تغيّرت كلمة المرور",
    paragraphs: [`تغيّرت كلمة مرور حسابك في Wardroom في ${moment(at)}. أُنهيت جلساتك الأخرى كلها.`],
    notes: [NOT_YOU],
  }),
  guessed_out: ({ at, factor }, { moment }) => ({
    subject: "يحاول أحدهم تخمين ما يفتح حسابك",
    paragraphs:
      factor === "password"
        ? [
            `حتى ${moment(at)} أُدخلت لحسابك في Wardroom كلمة مرور خاطئة 100 مرة متتالية. لا تعمل كلمة مرورك الآن إلا على أجهزة استخدمتها من قبل.`,
            "سجّل الدخول مرة على أحدها، أو اختر كلمة مرور جديدة («نسيت كلمة المرور؟»)، فتعمل في كل مكان من جديد. ومفاتيح المرور تعمل كما هي.",
          ]
        : [
            `حتى ${moment(at)} أُدخل لحسابك في Wardroom رمز خاطئ من تطبيق المصادقة 100 مرة متتالية. لا تعمل رموزه الآن إلا على أجهزة استخدمتها من قبل.`,
            "من يخمّن يعرف كلمة مرورك: غيّرها. ثم سجّل الدخول مرة برمز على جهاز استخدمته من قبل، فتعمل الرموز في كل مكان من جديد. ومفاتيح المرور ورموز الاسترداد تعمل كما هي.",
          ],
    notes: [NEVER],
  }),
  new_password_asked: ({ workspaceName, byName, at }, { name, moment }) => ({
    subject: "اختر كلمة مرور جديدة عند دخولك القادم",
    paragraphs: [
      `طلب ${name(byName)} من ${name(workspaceName)} في ${moment(at)} أن تختار كلمة مرور جديدة، فقد يعرف غيرك كلمة مرورك. أُنهيت جلساتك كلها.`,
      "سجّل الدخول كالمعتاد، بعاملك الثاني. ستُطلب منك كلمة المرور الجديدة هناك.",
    ],
    action: { label: "تسجيل الدخول", link: "console" },
    notes: ["إن كنت تستخدم كلمة المرور القديمة في مكان آخر فغيّرها هناك أيضًا.", NEVER],
  }),

  factor_added: ({ at, factor }, { moment }) => ({
    subject: "أُضيف عامل ثانٍ",
    paragraphs: [`أُضيف إلى حسابك في Wardroom في ${moment(at)}: ${FACTOR[factor]}.`],
    notes: [NOT_YOU],
  }),
  factor_removed: ({ at, factor }, { moment }) => ({
    subject: "أُزيل عامل ثانٍ",
    paragraphs: [`أُزيل من حسابك في Wardroom في ${moment(at)}: ${FACTOR[factor]}.`],
    notes: [NOT_YOU],
  }),
  new_device: ({ at, device, country }, { name, moment }) => ({
    subject: "تسجيل دخول من جهاز جديد",
    paragraphs: [
      country === null
        ? `استُخدم حسابك في Wardroom على جهاز لا نعرفه: ${name(device ?? "جهاز لا يُعرّف بنفسه")}، في ${moment(at)}.`
        : `استُخدم حسابك في Wardroom على جهاز لا نعرفه: ${name(device ?? "جهاز لا يُعرّف بنفسه")}، من ${name(country)}، في ${moment(at)}.`,
    ],
    action: { label: "عرض الأجهزة والجلسات", link: "console" },
    notes: ["إن لم تكن أنت، فأنهِ تلك الجلسة هناك وغيّر كلمة المرور.", "البلد تقدير بحسب عنوان الشبكة."],
  }),

  email_confirm: ({ link, expiresAt }, { moment }) => ({
    subject: "أكّد عنوان بريدك الجديد",
    paragraphs: ["طلبت تسجيل الدخول إلى Wardroom بهذا العنوان. لا يتغيّر شيء حتى تؤكّده."],
    action: { label: "تأكيد هذا العنوان", link },
    notes: [`يعمل الرابط مرة واحدة، حتى ${moment(expiresAt)}.`, "إن لم تطلب ذلك فلا تفعل شيئًا."],
  }),
  email_change_asked: ({ at, stop, stopUntil }, { moment }) => ({
    subject: "طُلب تغيير عنوان بريدك",
    paragraphs: [
      `في ${moment(at)} طُلب أن يستخدم حسابك في Wardroom عنوان بريد آخر. إن كنت أنت فلا حاجة إلى شيء هنا.`,
      "إن لم تكن أنت فأوقف ذلك: يبقى عنوانك، أو يعود، وتنتهي كل الجلسات.",
    ],
    action: { label: "إيقاف التغيير", link: stop },
    notes: [`يعمل الرابط مرة واحدة، حتى ${moment(stopUntil)}، وبعد تأكيد التغيير أيضًا.`],
  }),
  email_known: ({ at }, { moment }) => ({
    subject: "عنوانك مستخدم في Wardroom من قبل",
    paragraphs: [
      `في ${moment(at)} طلب أحدهم استخدام هذا العنوان لحساب آخر في Wardroom. العنوان لحسابك، فلم يتغيّر شيء.`,
    ],
    notes: ["إن كنت أنت فسجّل الدخول بهذا العنوان، وإلا فلا حاجة إلى شيء."],
  }),
  email_changed: ({ at }, { moment }) => ({
    subject: "تغيّر عنوان بريدك",
    paragraphs: [`تغيّر عنوان بريد حسابك في Wardroom في ${moment(at)}.`],
    notes: [
      "إن لم تكن أنت، فاستخدم الرابط في الرسالة التي وصلت إلى العنوان السابق، أو أخبر مشرف مساحة عملك الآن.",
    ],
  }),
  email_change_stopped: ({ at }, { moment }) => ({
    subject: "أُوقف تغيير عنوان بريدك",
    paragraphs: [`في ${moment(at)} أُوقف تغيير عنوان بريد حسابك في Wardroom، وهو يعمل بالعنوان السابق.`],
    notes: ["أُنهيت كل الجلسات. إن لم تكن أنت من أوقفه فأخبر مشرف مساحة عملك."],
  }),

  factor_reset_pending: ({ workspaceName, byName, dueAt, cancel }, { name, moment }) => ({
    subject: "ستُزال عواملك الثانية",
    paragraphs: [
      `أكّد ${name(byName)} من ${name(workspaceName)} أنك فقدت كل عواملك الثانية. ستُزال في ${moment(dueAt)}، وبعدها تسجّل الدخول بكلمة المرور وتُعدّ عاملًا جديدًا.`,
      "إن لم تفقدها فألغِ ذلك الآن.",
    ],
    action: { label: "إلغاء: ما زالت عواملي معي", link: cancel },
    notes: [NEVER],
  }),
  factor_reset_cancelled: ({ workspaceName }, { name }) => ({
    subject: "تبقى عواملك الثانية",
    paragraphs: [`أُلغيت إزالة عواملك الثانية التي طُلبت في ${name(workspaceName)}. لا يتغيّر شيء.`],
    notes: ["إن كنت فقدتها حقًا فتحدّث إلى مشرف من جديد."],
  }),
  factor_reset_done: ({ workspaceName, until }, { name, moment }) => ({
    subject: "أعِدّ عاملًا ثانيًا جديدًا",
    paragraphs: [
      `أُزيلت عواملك الثانية كما طُلب في ${name(workspaceName)}. سجّل الدخول بكلمة المرور قبل ${moment(until)} وأعِدّ عاملًا جديدًا.`,
    ],
    action: { label: "تسجيل الدخول", link: "console" },
    notes: ["إن لم تطلب ذلك فأخبر مشرفًا آخر أو مالك مساحة عملك الآن.", NEVER],
  }),
  owner_recovered: ({ workspaceName, ownerName, at }, { name, moment }) => ({
    subject: `استعادة حساب مالك في ${name(workspaceName)}`,
    paragraphs: [
      `في ${moment(at)} أنشأ شخص له وصول إلى الجهاز الذي يشغّل Wardroom رابطًا يضع به ${name(ownerName)} كلمة مرور جديدة وعاملًا ثانيًا جديدًا.`,
    ],
    notes: ["إن لم يخبرك أحد بذلك فاسأل من يشغّل Wardroom الآن: من يملك الجهاز يملك كل ما عليه."],
  }),

  workspace_deletion_announced: ({ workspaceName, byName, dueAt }, { name, moment }) => ({
    subject: `ستُحذف ${name(workspaceName)}`,
    paragraphs: [
      `طلب ${name(byName)} حذف مساحة العمل ${name(workspaceName)}. في ${moment(dueAt)} تُتلف مفاتيحها، ومعها كل محادثة وجهة اتصال وملف، إلى الأبد.`,
      "حتى ذلك الحين يمكن لأي مالك إلغاء الحذف.",
    ],
    action: { label: "الاطلاع عليه", link: "console" },
  }),
  workspace_deletion_cancelled: ({ workspaceName, byName }, { name }) => ({
    subject: `تبقى ${name(workspaceName)}`,
    paragraphs: [`ألغى ${name(byName)} حذف ${name(workspaceName)}. لم يُحذف شيء.`],
  }),
  budget_reached: ({ workspaceName, month, percent }, { name }) => ({
    subject: `${name(workspaceName)}: بلغ الإنفاق ${percent}% من الميزانية`,
    paragraphs: [
      `بحسب تقديرنا استخدمت ${name(workspaceName)} نسبة ${percent}% من ميزانية الرسائل لشهر ${month}. يستمر إرسال الرسائل.`,
    ],
    action: { label: "عرض الأرقام", link: "console" },
    notes: ["يتبع التقدير قائمة الأسعار التي أعطيتها، وفاتورة Meta هي الفاصلة."],
  }),
  access_ending: ({ workspaceName, what, endsAt }, { name, moment }) =>
    what === "directory_token"
      ? {
          subject: `${name(workspaceName)}: ينتهي رمز الدليل`,
          paragraphs: [
            `يعمل الرمز الذي يصل به دليل شركتك إلى ${name(workspaceName)} حتى ${moment(endsAt)}. بعد ذلك لا يُنشئ الدليل أحدًا ولا يغيّره ولا يوقفه.`,
            "أنشئ الرمز التالي وأدخله عند مزوّدك. يعمل الاثنان في هذه الأثناء.",
          ],
          action: { label: "فتح Wardroom", link: "console" },
        }
      : {
          subject: `${name(workspaceName)}: ينتهي اعتماد العامل الثاني لدى مزوّدك`,
          paragraphs: [
            `تعتمد ${name(workspaceName)} على العامل الثاني لمزوّد الهوية حتى ${moment(endsAt)}. بعد ذلك يُطلب من الجميع العامل الثاني في Wardroom، ومن ليس لديه واحد عليه تسجيله.`,
            "تأكد من أن مزوّدك ما زال يطلبه، ثم أكّد ذلك في إعدادات الدخول الموحّد.",
          ],
          action: { label: "فتح Wardroom", link: "console" },
        },
  ownership_offered: ({ workspaceName, byName }, { name }) => ({
    subject: `تُعرض عليك ملكية ${name(workspaceName)}`,
    paragraphs: [
      `يعرض عليك ${name(byName)} أن تصبح مالكًا في ${name(workspaceName)}. سجّل الدخول لتقبل أو ترفض.`,
    ],
    action: { label: "تسجيل الدخول", link: "console" },
  }),
};
