import { arabicOf } from "../catalogue.ts";
import type { recovery as english } from "../en/recovery.ts";

export const recovery = arabicOf<typeof english>()({
  "recovery.forgot": "نسيت كلمة المرور؟",
  "recovery.forgotTitle": "اختر كلمة مرور جديدة",
  "recovery.forgotWords": "نرسل رابطًا إلى بريدك الإلكتروني. ستحتاج أيضًا إلى عاملك الثاني.",
  "recovery.send": "إرسال الرابط",
  "recovery.sentTitle": "انظر في بريدك",
  "recovery.sentWords":
    "إن كان للعنوان {email} حساب هنا فالرابط في الطريق إليه. يعمل مرة واحدة، لمدة 10 دقائق. لم يصل شيء؟ انظر في البريد غير المرغوب، واطلبه من جديد بعد دقيقة.",
  "recovery.byHandTitle": "اسأل من يشغّل Wardroom",
  "recovery.byHandWords":
    "لا يخرج بريد من هذه المنصة. يستطيع مشغّلها أن يُنشئ لك رابطًا على الجهاز، ويعرف مشرف مساحة عملك من هو. سيُطلب منك العامل الثاني عندها أيضًا.",
  "recovery.toSignIn": "العودة إلى تسجيل الدخول",
  "recovery.lostFactor":
    "فقدت عاملك الثاني أيضًا؟ تحدّث إلى مشرف مساحة عملك: بعد التحقق من هويتك يستطيع إزالته.",

  "recovery.linkTitle": "لم يعد هذا الرابط يعمل",
  "recovery.linkHint": "استُخدم، أو انتهت مدته، أو ليس كاملًا. اطلب رابطًا جديدًا.",
  "recovery.resetTitle": "كلمة مرور جديدة لـ {email}",
  "recovery.resetWords": "تنتهي كل جلساتك، ثم تسجّل الدخول بكلمة المرور الجديدة.",
  "recovery.setPassword": "تعيين كلمة المرور",
  "recovery.useRecovery": "استخدام رمز استرداد",
  "recovery.useCode": "استخدام تطبيق المصادقة",
  "recovery.doneTitle": "تم تعيين كلمة المرور",
  "recovery.doneWords": "أُنهيت جلساتك كلها. سجّل الدخول بكلمة المرور الجديدة.",

  "recovery.confirmTitle": "هل تسجّل الدخول بالعنوان {email} من الآن؟",
  "recovery.confirmWords": "لا يصلح العنوان السابق لتسجيل الدخول بعد ذلك، ويُخبر صاحبه.",
  "recovery.confirm": "تأكيد هذا العنوان",
  "recovery.confirmedTitle": "تم تأكيد عنوانك",
  "recovery.confirmedWords": "سجّل الدخول بالعنوان {email} من الآن.",
  "recovery.stopTitle": "هل يبقى {email} عنوانك؟",
  "recovery.stopWords":
    "طُلب باسمك عنوان آخر. إن لم تكن أنت فأوقف ذلك: يبقى {email} أو يعود، وتنتهي كل الجلسات.",
  "recovery.stop": "إيقاف التغيير",
  "recovery.stoppedTitle": "أُوقف التغيير",
  "recovery.stoppedWords":
    "سجّل الدخول بالعنوان {email}. إن لم تطلب التغيير فاختر كلمة مرور جديدة وأخبر مشرفًا.",
  "recovery.keepTitle": "هل تبقى عواملك الثانية؟",
  "recovery.keepWords": "أُخبر مشرف أنك فقدتها كلها، وستُزال قريبًا. إن كان أحدها معك فأبقها. لا يتغيّر شيء آخر.",
  "recovery.keep": "إبقاء عواملي",
  "recovery.keptTitle": "تبقى عواملك الثانية",
  "recovery.keptWords": "إن لم يخبرك أحد من فريقك بذلك فتحدّث إلى مشرف: ربما طلب أحدهم ذلك باسمك.",
  "recovery.ownerTitle": "أهلًا بعودتك",
  "recovery.ownerWords":
    "اختر كلمة مرور جديدة لـ {email}، ثم أعِدّ عاملًا ثانيًا جديدًا. ينتهي ما كان لديك من قبل.",
  "recovery.ownerNext": "المتابعة إلى العامل الثاني",

  "recovery.bannerTitle": "ستُزال عواملك الثانية خلال {duration}.",
  "recovery.bannerWords": "أُخبر مشرف أنك فقدتها. ألم تفقدها؟",

  "recovery.resetFactors": "فُقدت العوامل",
  "recovery.resetFactorsOf": "فقد {name} كل عوامله الثانية",
  "recovery.resetLede":
    "تحقّق من هويته كما عند انضمامه: قد يكون من كتب أو اتصل شخصًا آخر. بعد 24 ساعة تُزال عوامل {name} وتنتهي كل الجلسات، ثم تكفي كلمة المرور لإعداد عوامل جديدة. حتى ذلك الحين يستطيع {name} أو أي مشرف آخر إلغاء ذلك.",
  "recovery.how": "كيف تحقّقت؟",
  "recovery.howVideoCall": "مكالمة مرئية، ورأيت وجهه",
  "recovery.howInPerson": "وجهًا لوجه",
  "recovery.howKnownNumber": "اتصال برقم نعرفه",
  "recovery.howOther": "بطريقة أخرى",
  "recovery.note": "بكلمات قليلة",
  "recovery.noteHint": "تُحفظ مختومة مع اسمك. مثلًا: من اتصل بمن، وما الذي أُظهر.",
  "recovery.startReset": "الإزالة بعد 24 ساعة",
  "recovery.pendingLine": "تُزال العوامل الثانية خلال {duration}",
  "recovery.pendingBy": "أكّد ذلك {name}: {how}",
  "recovery.cancelReset": "إلغاء",
  "recovery.cancelResetOf": "إلغاء إزالة عوامل {name}",

  "recovery.email": "البريد الإلكتروني",
  "recovery.emailHint": "ما تسجّل الدخول به. يُعتمد العنوان الجديد بعد أن تؤكّده بالرابط الذي نرسله إليه.",
  "recovery.changeEmail": "تغيير العنوان",
  "recovery.newEmail": "العنوان الجديد",
  "recovery.emailAsked": "كتبنا إلى {email}",
  "recovery.emailAskedWords":
    "افتح الرابط في تلك الرسالة خلال يوم. لا يتغيّر شيء حتى ذلك الحين، ويُخبر عنوانك الحالي أيضًا.",
  "recovery.emailWaits": "{email} ينتظر التأكيد.",
  "recovery.withdraw": "تراجع",

  "recovery.inviteEmail": "البريد الإلكتروني",
  "recovery.inviteEmailHint": "تذهب الدعوة إليه وحده، ولا يقبلها غيره.",
  "recovery.inviteEmailFree": "يمكن تركه فارغًا. وإن كتبته فلا يقبل الرابط إلا هذا العنوان.",
  "recovery.linkOfAddress": "لا يقبله إلا {email}.",
  "recovery.invite": "إرسال الدعوة",
  "recovery.invitedTitle": "الدعوة في الطريق إلى {email}",
  "recovery.invitedWords": "يعمل رابطها مرة واحدة، لمدة 72 ساعة. يمكنك إرسالها من جديد من القائمة.",
  "recovery.resend": "إرسال من جديد",
  "recovery.resendTo": "إرسال دعوة {name} من جديد",
  "recovery.resent": "أُرسلت",
  "recovery.boundTo": "الدعوة لهذا العنوان.",
});
