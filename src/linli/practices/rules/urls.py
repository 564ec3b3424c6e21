"""Addresses of the rules practice, below rules/."""

from django.urls import path

from linli.practices.rules import views_catalogue, views_documents, views_here, views_writing

app_name = "rules"

urlpatterns = [
    path("", views_here.here, name="here"),
    path("due/", views_here.due, name="due"),
    path("services/", views_catalogue.services, name="services"),
    path("services/<str:code>/", views_catalogue.service, name="service"),
    path("packs/", views_catalogue.packs, name="packs"),
    path("packs/<str:code>/", views_catalogue.pack, name="pack"),
    path("documents/", views_documents.documents, name="documents"),
    path("documents/new/", views_writing.new, name="document_new"),
    path("documents/<uuid:document_id>/", views_documents.document, name="document"),
    path("documents/<uuid:document_id>/print/", views_documents.sheet, name="document_print"),
    path("documents/<uuid:document_id>/edit/", views_writing.edit, name="document_edit"),
    path("documents/<uuid:document_id>/revise/", views_writing.revise, name="document_revise"),
    path(
        "documents/<uuid:document_id>/steps/<str:step>/", views_writing.step, name="document_step"
    ),
]
