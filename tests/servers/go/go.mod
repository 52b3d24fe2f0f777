module mixin-conversations

go 1.19
