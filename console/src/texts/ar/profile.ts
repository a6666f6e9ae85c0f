import { arabicOf } from "../catalogue.ts";
import type { profile as english } from "../en/profile.ts";

export const profile = arabicOf<typeof english>()({
  "profile.name": "الاسم",
  "profile.nameHint": "يراه فريقك. ولا يراه العملاء.",
  "profile.languageHint": "لغة الواجهة. أما الرسائل فتبقى بلغتها.",
  "profile.appearanceHint": "على هذا الجهاز.",
  "profile.signingIn": "تسجيل الدخول",
  "profile.passwordHint": "تغييرها ينهي جلساتك على الأجهزة الأخرى.",
  "profile.changePassword": "تغيير كلمة المرور",
  "profile.currentPassword": "كلمة المرور الحالية",
  "profile.newPassword": "كلمة المرور الجديدة",
  "profile.passwordChanged": "تغيّرت كلمة المرور. وانتهت جلساتك الأخرى.",
  "profile.codesLeft": {
    zero: "لم يبق أي رمز. أنشئ رموزاً جديدة.",
    one: "بقي رمز واحد من عشرة. يعمل مرة واحدة إذا فقدت هاتفك.",
    two: "بقي رمزان من عشرة. يعمل كل منهما مرة واحدة إذا فقدت هاتفك.",
    few: "بقيت {count} رموز من عشرة. يعمل كل منها مرة واحدة إذا فقدت هاتفك.",
    many: "بقي {count} رمزاً من عشرة. يعمل كل منها مرة واحدة إذا فقدت هاتفك.",
    other: "بقي {count} رمز من عشرة. يعمل كل منها مرة واحدة إذا فقدت هاتفك.",
  },
  "profile.newCodes": "رموز استرداد جديدة",
  "profile.newCodesHint": "تحصل على عشرة رموز جديدة. وتتوقف القديمة عن العمل فوراً.",
  "profile.makeCodes": "إنشاء رموز جديدة",
});
