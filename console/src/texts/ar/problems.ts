import { arabicOf } from "../catalogue.ts";
import type { problems as english } from "../en/problems.ts";

export const problems = arabicOf<typeof english>()({
  "problem.network": "لم يُجب Wardroom. تحقق من اتصالك ثم أعد المحاولة.",
  "problem.unreadable": "أجاب Wardroom بما لا تفهمه هذه الصفحة. أعد تحميلها.",
  "problem.status.400": "في هذا النموذج ما يحتاج إلى تصحيح. راجعه ثم أعد المحاولة.",
  "problem.status.401": "انتهت جلستك. سجّل الدخول من جديد.",
  "problem.status.403": "لا يمكنك فعل هذا.",
  "problem.status.404": "لم يعد هذا هنا، أو ليس متاحاً لك.",
  "problem.status.409": "تغيّر هذا في الأثناء. راجعه من جديد ثم قرّر.",
  "problem.status.413": "هذا الملف أكبر من المسموح.",
  "problem.status.422": "لا يستطيع Wardroom فعل هذا في الوضع الحالي.",
  "problem.status.429": "محاولات كثيرة. انتظر قليلاً ثم أعد المحاولة.",
  "problem.status.500": "تعذّر على Wardroom فعل هذا. أعد المحاولة، وإن تكرر فأخبر مشغّل النظام بالمرجع.",
  "problem.status.503": "لا يستطيع Wardroom فعل هذا الآن. أعد المحاولة بعد قليل.",
  "problem.retryAfter": "محاولات كثيرة. أعد المحاولة بعد {duration}.",
});
