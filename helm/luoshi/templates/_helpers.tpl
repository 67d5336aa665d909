{{- define "luoshi.labels" -}}
app.kubernetes.io/name: luoshi
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "luoshi.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end }}

{{- define "luoshi.env" -}}
- name: LUOSHI_HOME
  value: /data
- name: LUOSHI_BEHIND_PROXY
  value: "true"
- name: LUOSHI_POOLER
  value: {{ .Values.pooler | quote }}
{{- end }}

{{- define "luoshi.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "luoshi.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  capabilities:
    drop: [ALL]
{{- end }}
